// Where sessions are kept so that they outlive a restart: a SQLite file with a row for each, or
// Redis where several servers share them (redis_store.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace turnpike::cobrowse {

class StateStore {
 public:
  /// A SQLite file. Made where it is missing; 0600. The error names the file.
  static Result<std::unique_ptr<StateStore>, std::string> open(const std::string& path);

  virtual ~StateStore() = default;
  /// Once, at the start: those that are this server's from now on.
  virtual Result<std::vector<std::string>, std::string> sessions() = 0;
  /// Before a session is made. The error: it could not be kept. remove_session() gives it back.
  virtual Result<void, std::string> claim(std::string_view /*id*/) { return {}; }
  /// False: another server's session has this PIN.
  virtual bool reserve_pin(std::string_view /*id*/, std::string_view /*pin_hash*/,
                           std::int64_t /*lifetime_s*/) {
    return true;
  }
  virtual Result<void, std::string> put_session(std::string_view id, std::string_view text) = 0;
  virtual Result<void, std::string> remove_session(std::string_view id) = 0;
  /// Small facts of this server beside them; empty when there is none.
  virtual std::string fact(std::string_view name) = 0;
  virtual Result<void, std::string> put_fact(std::string_view name, std::string_view value) = 0;
};

}  // namespace turnpike::cobrowse
