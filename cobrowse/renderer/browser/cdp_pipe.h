// The Chrome DevTools Protocol over --remote-debugging-pipe: JSON messages, each ended by a NUL, on
// two pipes. What comes from there comes from a browser that a hostile page may have taken over, so
// it is bounded and parsed strictly, and what makes no sense is left out.
#pragma once

#include <atomic>
#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/result.h"

namespace turnpike::browser {

struct CdpCall {
  std::string method;
  boost::json::object params{};
};

class CdpPipe {
 public:
  using Object = boost::json::object;
  /// The result, or the browser's error text, or that the answer was too long or made no sense.
  using OnResult = std::function<void(const Result<Object, std::string>&)>;

  struct Events {
    /// Runs work where the owner lives: results and events come through it, in order.
    std::function<void(std::function<void()>)> deliver;
    std::function<void(const std::string& method, const Object& params, const std::string& session)>
        on_event;
    /// Once: the browser has gone, or takes nothing any more.
    std::function<void(const std::string& why)> on_closed;
  };

  static constexpr std::size_t kMaxMessageBytes = 16 << 20;
  static constexpr std::size_t kMaxQueuedBytes = 8 << 20;
  static constexpr std::size_t kMaxPending = 4096;    // calls without an answer
  static constexpr std::size_t kMaxDelivered = 2000;  // not yet taken; then nothing is read

  /// Owns both file descriptors.
  CdpPipe(int read_fd, int write_fd, Events events);
  /// No callback comes afterwards, unless deliver() has it already.
  ~CdpPipe();
  CdpPipe(const CdpPipe&) = delete;
  CdpPipe& operator=(const CdpPipe&) = delete;

  /// `session`: a target's, or empty for the browser itself. `on_result` is not called when the
  /// pipe has been closed. Any thread.
  void call(CdpCall what, const std::string& session = {}, OnResult on_result = {});

 private:
  void run();
  bool read_some();
  bool write_some();
  void take_message(std::string_view text);
  void answer(std::uint64_t id, Result<Object, std::string> result);
  void leave_out(std::string_view text);
  void deliver(std::function<void()> work);
  void close(const std::string& why);
  void wake() const;

  const int read_fd_, write_fd_, wake_fd_;
  const Events events_;
  std::atomic<bool> stopping_ = false;
  std::shared_ptr<std::atomic<std::size_t>> delivered_;
  std::mutex mutex_;
  std::string outgoing_;                       // guarded by mutex_
  std::map<std::uint64_t, OnResult> pending_;  // guarded by mutex_
  std::uint64_t last_id_ = 0;                  // guarded by mutex_
  bool closed_ = false;                        // guarded by mutex_
  std::string incoming_;                       // the thread's
  bool skipping_ = false;                      // of a message that is too long
  std::thread thread_;
};

}  // namespace turnpike::browser
