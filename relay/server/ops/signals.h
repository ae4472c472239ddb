// Signals as values: they are blocked everywhere and read from a descriptor in the main thread's
// loop, so no handler ever runs. SIGPIPE is ignored.
#pragma once

#include <signal.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "relay/net/fd.h"

namespace turnpike::server {

enum class Signal : std::uint8_t { kTerminate, kInterrupt, kHangUp, kUser1, kUser2 };

/// "SIGTERM" and so on.
const char* signal_name(Signal signal);

class SignalSource {
 public:
  /// Call it in the main thread before any other thread starts (they inherit the mask), and after
  /// going to the background.
  static Result<SignalSource, std::string> create();

  SignalSource(SignalSource&& other) noexcept = default;
  SignalSource& operator=(SignalSource&&) = delete;
  /// Gives the calling thread its old mask back.
  ~SignalSource();

  /// Readable when a signal has come. Does not block.
  int fd() const { return fd_.get(); }
  /// Nothing when none is waiting.
  std::optional<Signal> next();

 private:
  SignalSource(net::Fd fd, const sigset_t& old_mask) : fd_(std::move(fd)), old_mask_(old_mask) {}

  net::Fd fd_;
  sigset_t old_mask_;
};

/// For threads that may start before SignalSource does: leaves every signal to the main thread.
void block_signals_in_this_thread();

}  // namespace turnpike::server
