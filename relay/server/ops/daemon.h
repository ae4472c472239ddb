// Going to the background (`-o`): the process that the shell started waits until its grandchild is
// ready or has failed, so that its exit code is true.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "relay/net/fd.h"
#include "relay/server/ops/exit_codes.h"

namespace turnpike::server {

/// The background process's line to the one that waits. Ending without a word counts as kFailed.
class ReadySignal {
 public:
  ReadySignal() = default;  // in the foreground: nobody waits
  explicit ReadySignal(net::Fd fd) : fd_(std::move(fd)) {}

  /// The server runs: standard input, output and error become /dev/null. Until then messages reach
  /// the terminal.
  void ready();
  void failed(ExitCode code);

 private:
  void tell(ExitCode code);

  net::Fd fd_;
};

struct Daemonised {
  /// Set in the process that waited: it exits with this and does nothing else.
  std::optional<int> exit_with;
  ReadySignal signal;
};

/// Forks twice and starts a session; the working directory stays, since the configuration may name
/// relative paths. Call it before any thread, and before files and sockets that must not be shared.
Result<Daemonised, std::string> daemonise();

}  // namespace turnpike::server
