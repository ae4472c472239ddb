// Reads boxes of an X screen into a picture: the server copies them to memory that it shares with
// us (MIT-SHM, a memfd, so that it may run as another user), from there they become I420.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/result.h"
#include "cobrowse/renderer/capture/x11_connection.h"
#include "cobrowse/renderer/media/picture.h"

namespace turnpike::capture {

class X11Grabber {
 public:
  /// For boxes in the `width` x `height` pixels from the screen's top left corner. `connection`
  /// outlives it. Fails with a text: the screen is smaller, or not of 32 bits, or shares no memory.
  static Result<X11Grabber, std::string> open(const X11Connection& connection, int width,
                                              int height);

  /// `box` has even coordinates and lies in the picture, which has the size of open(). Fails with
  /// a text when the server does not answer any more.
  Result<void, std::string> grab(const media::Box& box, media::Picture& picture);

 private:
  struct Unmap {
    std::size_t size = 0;
    void operator()(std::uint8_t* memory) const;
  };
  using Memory = std::unique_ptr<std::uint8_t, Unmap>;
  X11Grabber(const X11Connection& connection, Memory memory, std::uint32_t segment)
      : connection_(&connection), memory_(std::move(memory)), segment_(segment) {}

  const X11Connection* connection_;
  Memory memory_;
  std::uint32_t segment_;  // the server frees it when the connection ends
};

}  // namespace turnpike::capture
