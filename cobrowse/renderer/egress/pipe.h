// Bytes on their way to a socket: a queue with a bound, so that a slow reader slows the writer down
// instead of filling memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "cobrowse/renderer/egress/sockets.h"

namespace turnpike::egress {

/// A pipe takes nothing more from a socket while it holds this much.
inline constexpr std::size_t kPipeBytes = 65536;

class Pipe {
 public:
  bool empty() const { return size() == 0; }
  std::size_t size() const { return bytes_.size() - sent_; }
  /// How much may be received for it now.
  std::size_t room() const { return size() < kPipeBytes ? kPipeBytes - size() : 0; }
  /// Also beyond the bound: heads are bounded where they are read.
  void put(std::string_view bytes) { bytes_.append(bytes); }
  void clear();
  /// Sends as much as the socket takes now: kDone when nothing is left, else kAgain or kError.
  /// `moved` is set when anything was sent.
  IoStatus drain(int fd, bool& moved);

 private:
  std::string bytes_;
  std::size_t sent_ = 0;
};

}  // namespace turnpike::egress
