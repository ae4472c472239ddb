// An X server without a screen (Xvfb), one for each session: on a display that is free, with a
// secret of its own, no TCP, and gone with this object.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/rng.h"
#include "base/time.h"
#include "cobrowse/renderer/capture/child_process.h"

namespace turnpike::capture {

struct XvfbSettings {
  int width = 1280;  // of the screen, in pixels
  int height = 720;
  std::string folder{};  // exists; the secret and what the server prints go there
  std::string program = "/usr/bin/Xvfb";
  std::optional<UserIds> run_as{};  // owns the file of the secret, too, and can enter `folder`
  Duration timeout = seconds(10);   // for the server to say that it is ready
};

/// A display and where its secret is.
struct X11Place {
  int display = 0;           // of this machine: 5 is ":5"
  std::string xauthority{};  // path, for XAUTHORITY; 0600
};

class XvfbServer {
 public:
  /// `rng` makes the secret. Fails with a text: the program is not installed, it ended (with its
  /// last line), or it did not get ready in time. See ChildProcess::start about threads.
  static Result<XvfbServer, std::string> start(const XvfbSettings& settings, Rng& rng);

  const X11Place& place() const { return place_; }
  /// ":5", for DISPLAY
  std::string display_name() const;
  int pid() const { return child_.pid(); }
  bool is_running() { return child_.is_running(); }
  /// Ended in order, so that its socket and lock file go, too. The destructor does it as well.
  void stop();

  ~XvfbServer();
  XvfbServer(XvfbServer&&) noexcept = default;
  XvfbServer& operator=(XvfbServer&&) noexcept = default;

 private:
  XvfbServer(X11Place place, ChildProcess child)
      : place_(std::move(place)), child_(std::move(child)) {}

  X11Place place_;
  ChildProcess child_;
};

}  // namespace turnpike::capture
