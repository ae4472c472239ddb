// Where the keys for callers' tokens come from, a file or an address, and keeping up with it: a
// thread of its own looks after changes. What is bad or cannot be had leaves the old keys in use.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/time.h"
#include "service/jwk_set.h"

namespace turnpike::service {

struct JwksSettings {
  std::string file{};     // or
  std::string url{};      // https, or http of this machine; shared keys are not taken from it
  std::string ca_file{};  // who may sign the server of `url`; empty: the system's
  seconds refresh{300};
  seconds refresh_after_miss{30};  // when a token names a key that is not there
  bool empty() const { return file.empty() && url.empty(); }
};

class JwksSource {
 public:
  /// A file must be good at once. An address need not answer yet: until it does no token is good.
  static Result<std::unique_ptr<JwksSource>, std::string> open(const JwksSettings& settings);
  ~JwksSource();

  /// Never null.
  std::shared_ptr<const http::TokenKeys> keys() const;

 private:
  explicit JwksSource(const JwksSettings& settings);
  Result<std::shared_ptr<const JwkSet>, std::string> parse(const std::string& text) const;
  Result<std::string, std::string> read() const;
  bool is_due(seconds since_last) const;
  void follow();
  void take(Result<std::shared_ptr<const JwkSet>, std::string> keys);
  void look();

  const JwksSettings settings_;
  mutable std::mutex mutex_;
  std::condition_variable wakeup_;
  bool stopping_ = false;
  std::shared_ptr<const JwkSet> keys_;  // null: there were none yet
  // The thread's own.
  std::string last_text_;  // times of files are too coarse to tell one change from the next
  std::string problem_;    // told in the log already
  std::thread thread_;
};

}  // namespace turnpike::service
