// A plain TCP or Unix socket that sends the bytes a test wants and reads what comes back: for what
// a well-behaved HTTP client does not do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace turnpike::http {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);  // 127.0.0.1
  explicit RawClient(const std::string& unix_path);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  /// False when the other end is gone.
  bool send(std::string_view bytes);
  void end_sending();
  /// Until the other end closes or resets, or ten seconds pass, which is a failure.
  std::string read_to_end();
  /// Until `marker` was read `times` times.
  std::string read_until(std::string_view marker, int times = 1);

 private:
  bool read_some();

  int socket_ = -1;
  bool connected_ = false;
  std::string received_;
};

/// Sends and reads to the end.
std::string exchange(std::uint16_t port, std::string_view bytes);

}  // namespace turnpike::http
