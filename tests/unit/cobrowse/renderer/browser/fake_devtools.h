// The browser's end of DevTools' pipes, for tests without a browser: reads what is called, writes
// what a browser would say, or one that a hostile page has taken over.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <boost/json/object.hpp>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "http/core/json.h"

namespace turnpike::browser {

class FakeDevtools {
 public:
  FakeDevtools() {
    std::array<int, 2> to{}, from{};
    if (::pipe2(to.data(), O_CLOEXEC) != 0 || ::pipe2(from.data(), O_CLOEXEC) != 0) std::abort();
    calls_ = to[0];
    their_write_ = to[1];
    their_read_ = from[0];
    says_ = from[1];
  }
  /// Of a browser that somebody else has started: where it is called, and where it speaks.
  FakeDevtools(int calls, int says) : calls_(calls), says_(says) {}
  ~FakeDevtools() {
    hang_up();
    for (const int fd : {calls_, their_write_, their_read_}) {
      if (fd >= 0) ::close(fd);
    }
  }
  FakeDevtools(const FakeDevtools&) = delete;
  FakeDevtools& operator=(const FakeDevtools&) = delete;

  // For whoever is tested; they own them.
  int take_read_fd() { return std::exchange(their_read_, -1); }
  int take_write_fd() { return std::exchange(their_write_, -1); }

  /// One message, with its NUL. False: nobody reads any more.
  bool say(std::string_view text) {
    std::string bytes(text);
    bytes += '\0';
    return say_bytes(bytes);
  }
  bool say_bytes(std::string_view bytes) {
    while (!bytes.empty()) {
      pollfd waiting{says_, POLLOUT, 0};
      if (::poll(&waiting, 1, 10'000) != 1 || (waiting.revents & POLLERR) != 0) return false;
      const ssize_t wrote = ::write(says_, bytes.data(), std::min<std::size_t>(bytes.size(), 4096));
      if (wrote <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return true;
  }
  void answer(std::int64_t id, const boost::json::object& result) {
    say(http::to_json(boost::json::object{{"id", id}, {"result", result}}));
  }
  void event(std::string_view method, const boost::json::object& params,
             std::string_view session = {}) {
    boost::json::object message{{"method", method}, {"params", params}};
    if (!session.empty()) message["sessionId"] = session;
    say(http::to_json(message));
  }
  /// The next call within `patience_ms`.
  std::optional<boost::json::object> next_call(int patience_ms = 10'000) {
    while (true) {
      if (const std::size_t end = read_.find('\0'); end != std::string::npos) {
        auto message = http::parse_json_object(read_.substr(0, end), {.bytes = 1 << 20});
        read_.erase(0, end + 1);
        if (message) return *std::move(message);
        continue;
      }
      pollfd waiting{calls_, POLLIN, 0};
      if (::poll(&waiting, 1, patience_ms) != 1) return std::nullopt;
      std::array<char, 4096> chunk{};
      const ssize_t got = ::read(calls_, chunk.data(), chunk.size());
      if (got <= 0) return std::nullopt;
      read_.append(chunk.data(), static_cast<std::size_t>(got));
    }
  }
  /// Skips other calls.
  std::optional<boost::json::object> next_call_of(std::string_view method,
                                                  int patience_ms = 10'000) {
    while (auto call = next_call(patience_ms)) {
      const boost::json::value& found = (*call)["method"];
      if (found.is_string() && std::string_view(found.get_string()) == method) return call;
    }
    return std::nullopt;
  }
  void hang_up() {
    if (says_ >= 0) ::close(std::exchange(says_, -1));
  }

 private:
  int calls_ = -1, their_write_ = -1, their_read_ = -1, says_ = -1;
  std::string read_;
};

}  // namespace turnpike::browser
