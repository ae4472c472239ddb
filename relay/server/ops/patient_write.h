// Writing to a pipe or terminal whose reader may have stopped reading, without waiting for it
// forever. For the log's own thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace turnpike::server {

enum class WriteOutcome : std::uint8_t {
  kDone,
  kStalled,  // not all of it was taken in time
  kFailed,   // errno says why
};

/// Remembers that the reader has stalled, and then waits no more until it reads again.
class PatientWriter {
 public:
  explicit PatientWriter(std::chrono::milliseconds patience) : patience_(patience) {}

  WriteOutcome write(int fd, std::string_view text);

 private:
  bool wait_until_writable(int fd) const;

  std::chrono::milliseconds patience_;
  bool stalled_ = false;
};

}  // namespace turnpike::server
