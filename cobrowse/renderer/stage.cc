#include "cobrowse/renderer/stage.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <charconv>
#include <set>

#include "base/log.h"
#include "cobrowse/renderer/browser/sandbox_check.h"
#include "cobrowse/renderer/capture/test_source.h"
#include "cobrowse/renderer/capture/x11_source.h"
#include "cobrowse/renderer/cdp_source.h"
#include "cobrowse/renderer/sound/sound_card.h"

namespace turnpike::renderer {
namespace {

using Failed = std::string;

constexpr std::size_t kMaxTold = 50;  // sites that people are told of
constexpr int kSandboxLooks = 100;    // before it is given up
constexpr milliseconds kSandboxPause{100};

egress::EgressSettings egress_settings(const Orders& orders) {
  egress::EgressSettings settings;
  settings.policy.allowed_sites = orders.allow_sites;
  settings.policy.denied_sites = orders.deny_sites;
  settings.policy.allow_internal = orders.allow_internal;
  settings.policy.allowed_ports.insert(settings.policy.allowed_ports.end(),
                                       orders.allow_ports.begin(), orders.allow_ports.end());
  for (const std::string& own : orders.own_addresses) {
    if (const auto address = Endpoint::parse(own)) {
      settings.policy.own_addresses.push_back(*address);
    }
  }
  return settings;
}

}  // namespace

egress::OnRefused refusal_teller(ice::EventLoop& loop, const std::string& name,
                                 std::shared_ptr<const bool> alive,
                                 std::function<void(const std::string&)> on_notice) {
  const auto told = std::make_shared<std::set<std::string>>();  // on the loop's thread
  return [&loop, name, alive = std::move(alive), told, on_notice = std::move(on_notice)](
             std::string_view host, std::uint16_t port, egress::Reason reason) {
    loop.post([name, alive, told, on_notice, host = std::string(host), port, reason] {
      if (!*alive || told->size() >= kMaxTold || !told->insert(host).second) return;
      LOG(kInfo, "renderer {}: {}:{} refused: {}", name, log::log_safe(host), port,
          egress::reason_name(reason));
      on_notice(fmt::format("{}: {}", log::log_safe(host), egress::reason_text(reason)));
    });
  };
}

Result<std::optional<browser::BrowserUser>, std::string> browser_user(const Orders& orders) {
  if (::geteuid() != 0) return std::optional<browser::BrowserUser>();
  if (orders.uid != 0) return std::optional(browser::BrowserUser{orders.uid, orders.uid});
  const std::string& name = orders.user;
  std::uint32_t number = 0;
  const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (wrong == std::errc() && end == name.data() + name.size() && number != 0) {
    return std::optional(browser::BrowserUser{number, number});
  }
  const passwd* const entry = ::getpwnam(name.c_str());
  if (entry == nullptr) return fail(fmt::format("there is no user \"{}\" for the browser", name));
  if (entry->pw_uid == 0) return fail(Failed("the browser does not run as root"));
  return std::optional(browser::BrowserUser{entry->pw_uid, entry->pw_gid});
}

Result<std::unique_ptr<Stage>, std::string> Stage::open(
    const Orders& orders, const std::string& folder, ice::EventLoop& loop, capture::FrameSink& sink,
    Rng& rng, const browser::BrowserEvents& events, const egress::LocalSite& documents) {
  std::unique_ptr<Stage> stage(new Stage);
  const capture::FrameSize size{static_cast<int>(orders.width), static_cast<int>(orders.height)};
  if (orders.capture == CaptureKind::kTest) {
    stage->source_ = std::make_unique<capture::TestSource>(orders.max_fps);
  } else {
    const bool has_screen = orders.capture != CaptureKind::kCdp;
    if (has_screen) {
      if (const auto opened = stage->open_screen(orders, folder, rng); !opened) {
        return fail(opened.error());
      }
    }
    if (const auto opened = stage->open_browser(orders, folder, loop, events, documents); !opened) {
      return fail(opened.error());
    }
    if (has_screen) {
      stage->source_ = std::make_unique<capture::X11Source>(
          capture::X11Settings{.place = stage->screen_->place(), .max_fps = orders.max_fps});
    } else {
      stage->source_ = std::make_unique<CdpSource>(*stage->browser_, orders.max_fps);
    }
  }
  if (const auto started = stage->source_->start(size, sink); !started) {
    return fail(started.error());
  }
  return stage;
}

Result<void, std::string> Stage::open_screen(const Orders& orders, const std::string& folder,
                                             Rng& rng) {
  const auto user = browser_user(orders);
  if (!user) return fail(user.error());
  capture::XvfbSettings settings{.width = static_cast<int>(orders.width),
                                 .height = static_cast<int>(orders.height),
                                 .folder = folder};
  if (*user) settings.run_as = capture::UserIds{(**user).uid, (**user).gid};
  auto screen = capture::XvfbServer::start(settings, rng);
  if (!screen) return fail(screen.error());
  screen_.emplace(*std::move(screen));
  auto input = capture::X11Input::open(screen_->place());
  if (!input) return fail(input.error());
  x11_input_.emplace(*std::move(input));
  return {};
}

Result<void, std::string> Stage::open_browser(const Orders& orders, const std::string& folder,
                                              ice::EventLoop& loop,
                                              const browser::BrowserEvents& events,
                                              const egress::LocalSite& documents) {
  const auto user = browser_user(orders);
  if (!user) return fail(user.error());
  auto process = browser::BrowserProcess::start(
      {.program = orders.browser,
       .folder = folder,
       .name = orders.renderer,
       .user = *user,
       .width = orders.width,
       .height = orders.height,
       .display = screen_ ? screen_->display_name() : "",
       .xauthority = screen_ ? screen_->place().xauthority : "",
       .sandbox = !orders.allow_unsandboxed,
       .sound = orders.audio ? sound::SoundCard::config_in(folder) : std::string(),
       .downloads = orders.download_mb > 0,
       .limits = {.memory_bytes = orders.memory_mb << 20,
                  .cpu_percent = orders.cpu_percent,
                  .processes = orders.pids}});
  if (!process) return fail(process.error());
  process_ = *std::move(process);
  egress::EgressSettings way_out = egress_settings(orders);
  way_out.on_refused = refusal_teller(loop, orders.renderer, alive_, events.on_notice);
  way_out.local_site = documents;
  auto proxy = egress::EgressProxy::start(process_->take_proxy_fd(), std::move(way_out));
  if (!proxy) return fail(proxy.error());
  proxy_ = *std::move(proxy);
  browser::BrowserEvents guarded = events;
  if (!orders.allow_unsandboxed) {
    guarded.on_ready = [this, &loop, events] { await_sandbox(loop, events, kSandboxLooks); };
  }
  browser_ = std::make_unique<browser::Browser>(
      browser::BrowserSettings{
          .user_agent_token = orders.user_agent_token,
          .sensitive_selectors = orders.sensitive_selectors,
          .max_tabs = orders.max_tabs,
          .width = orders.width,
          .height = orders.height,
          .headless = !screen_,
          .downloads = {.folder = process_->download_folder(),
                        .max_bytes = orders.download_mb << 20,
                        .private_host = documents.host},
          .after = [&loop](milliseconds delay,
                           std::function<void()> work) { loop.after(delay, std::move(work)); }},
      process_->take_read_fd(), process_->take_write_fd(),
      [&loop](std::function<void()> work) { loop.post(std::move(work)); }, guarded);
  return {};
}

/// A page is there, an empty one: no other is opened before this is known.
void Stage::await_sandbox(ice::EventLoop& loop, const browser::BrowserEvents& events, int looks) {
  const browser::Sandbox found = browser::look_at_sandbox(process_->pid());
  if (found == browser::Sandbox::kClosed) return events.on_ready();
  if (looks == 0) {
    return events.on_closed(found == browser::Sandbox::kOpen
                                ? "pages would run without Chromium's sandbox: allow user "
                                  "namespaces, or set renderer.allow_unsandboxed"
                                : "no process of a page can be seen, so its sandbox is unknown");
  }
  loop.after(kSandboxPause, [this, &loop, events, looks, alive = alive_] {
    if (*alive) await_sandbox(loop, events, looks - 1);
  });
}

browser::Containment Stage::containment() const {
  return process_ ? process_->containment() : browser::Containment{};
}

Stage::~Stage() {
  *alive_ = false;
  if (source_) source_->stop();
}

}  // namespace turnpike::renderer
