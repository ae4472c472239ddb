// What a session looks at: a screen of its own, a browser on it, and the browser's way out. Made
// anew as a whole when any of it fails; viewers keep their connections meanwhile.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/rng.h"
#include "cobrowse/renderer/browser/browser.h"
#include "cobrowse/renderer/browser/browser_process.h"
#include "cobrowse/renderer/capture/frame_source.h"
#include "cobrowse/renderer/capture/x11_input.h"
#include "cobrowse/renderer/capture/xvfb_server.h"
#include "cobrowse/renderer/egress/egress_proxy.h"
#include "cobrowse/renderer/ice/event_loop.h"
#include "cobrowse/renderer/orders.h"

namespace turnpike::renderer {

class Stage {
 public:
  /// With `orders.audio` there is a sound::SoundCard in `folder`.
  /// On the loop's thread; the sink is called on the source's. `events` as Browser's; on_ready
  /// comes when the browser's sandbox has been seen, or need not be there. Else: on_closed.
  /// `documents` is the one site that the browser's proxy answers for itself.
  static Result<std::unique_ptr<Stage>, std::string> open(const Orders& orders,
                                                          const std::string& folder,
                                                          ice::EventLoop& loop,
                                                          capture::FrameSink& sink, Rng& rng,
                                                          const browser::BrowserEvents& events,
                                                          const egress::LocalSite& documents = {});
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// Null with the test picture.
  browser::Browser* browser() { return browser_.get(); }
  /// Null without an X screen.
  capture::X11Input* x11_input() { return x11_input_ ? &*x11_input_ : nullptr; }
  browser::Containment containment() const;

 private:
  Stage() = default;
  void await_sandbox(ice::EventLoop& loop, const browser::BrowserEvents& events, int looks);
  Result<void, std::string> open_screen(const Orders& orders, const std::string& folder, Rng& rng);
  Result<void, std::string> open_browser(const Orders& orders, const std::string& folder,
                                         ice::EventLoop& loop, const browser::BrowserEvents& events,
                                         const egress::LocalSite& documents);

  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // timers ask it
  // In the order in which they are made; what looks at another one stands below it.
  std::optional<capture::XvfbServer> screen_;
  std::optional<capture::X11Input> x11_input_;
  std::unique_ptr<browser::BrowserProcess> process_;
  std::unique_ptr<egress::EgressProxy> proxy_;
  std::unique_ptr<browser::Browser> browser_;
  std::unique_ptr<capture::FrameSource> source_;
};

/// `uid` of the orders, or their "nobody" or "1000" as numbers; nothing where we are not root, and
/// need none.
Result<std::optional<browser::BrowserUser>, std::string> browser_user(const Orders& orders);

/// For the proxy's thread. Each refused site is told once, on the loop's thread: a page asks for
/// the same one again and again. Nothing is told any more when `*alive` is false.
egress::OnRefused refusal_teller(ice::EventLoop& loop, const std::string& name,
                                 std::shared_ptr<const bool> alive,
                                 std::function<void(const std::string&)> on_notice);

}  // namespace turnpike::renderer
