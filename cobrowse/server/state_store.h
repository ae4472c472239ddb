// Where sessions are kept so that they outlive a restart: a SQLite file with a row for each.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct sqlite3;

namespace turnpike::cobrowse {

class StateStore {
 public:
  /// Made where it is missing; 0600. The error names the file.
  static Result<std::unique_ptr<StateStore>, std::string> open(const std::string& path);

  Result<std::vector<std::string>, std::string> sessions();
  Result<void, std::string> put_session(std::string_view id, std::string_view text);
  Result<void, std::string> remove_session(std::string_view id);
  /// Small facts beside them; empty when there is none.
  std::string fact(std::string_view name);
  Result<void, std::string> put_fact(std::string_view name, std::string_view value);

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };
  StateStore() = default;
  Result<std::vector<std::string>, std::string> run(const char* sql,
                                                    std::initializer_list<std::string_view> values);
  std::unique_ptr<sqlite3, Close> db_;
};

}  // namespace turnpike::cobrowse
