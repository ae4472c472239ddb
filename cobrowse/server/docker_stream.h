// The standard input of a container: the hijacked connection of the Docker Engine API's
// POST /containers/ID/attach. Blocks, within a deadline for each step.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace turnpike::cobrowse {

class DockerStream {
 public:
  /// Connects to the daemon's Unix socket and waits until it has given the connection over. The
  /// error says what failed, with the daemon's words.
  static Result<DockerStream, std::string> attach(const std::string& socket,
                                                  const std::string& target, milliseconds deadline);
  ~DockerStream();
  DockerStream(DockerStream&& other) noexcept;
  DockerStream& operator=(DockerStream&&) = delete;

  /// Writes all of it and then the end of the input; waits half a second at most for the
  /// daemon to close as well. The error
  /// has nothing of the text in it.
  Result<void, std::string> write_all(std::string_view text);

 private:
  explicit DockerStream(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace turnpike::cobrowse
