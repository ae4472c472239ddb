#include "cobrowse/renderer/browser/browser.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <chrono>
#include <utility>

#include "cobrowse/renderer/browser/bounds.h"
#include "cobrowse/renderer/browser/page_watch.h"
#include "cobrowse/renderer/browser/select_list.h"
#include "cobrowse/renderer/browser/session_rules.h"
#include "http/core/json.h"

namespace turnpike::browser {
namespace {

namespace json = boost::json;
using http::number_of;
using http::object_of;
using http::text_of;

constexpr std::size_t kMaxFrames = 500;    // in processes of their own
constexpr std::size_t kCrashesInARow = 3;  // within kCrashWindow; then the page is left
constexpr seconds kCrashWindow{30};
constexpr std::size_t kNoticesInARow = 10;  // within kNoticeWindow; further ones are not told
constexpr seconds kNoticeWindow{10};

MonotonicTime now() {
  return MonotonicTime(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

Browser::Browser(BrowserSettings settings, int read_fd, int write_fd, Deliver deliver,
                 BrowserEvents events)
    : settings_(std::move(settings)),
      events_(std::move(events)),
      alive_(std::make_shared<bool>(true)),
      downloads_(settings_.downloads,
                 {.cancel =
                      [this](const std::string& id) {
                        call("", "Browser.cancelDownload", {{"guid", id}});
                      },
                  .remove = [](const std::string& path) { ::unlink(path.c_str()); },
                  .on_done = events_.on_download,
                  .on_notice = [this](const std::string& text) { notify(text); }}) {
  const auto guarded = [deliver = std::move(deliver), alive = alive_](std::function<void()> work) {
    deliver([alive, work = std::move(work)] {
      if (*alive) work();
    });
  };
  pipe_ = std::make_unique<CdpPipe>(
      read_fd, write_fd,
      CdpPipe::Events{
          .deliver = guarded,
          .on_event = [this](const std::string& method, const Object& params,
                             const std::string& session) { on_event(method, params, session); },
          .on_closed = events_.on_closed});
  begin();
}

Browser::~Browser() {
  *alive_ = false;
}

void Browser::call(const std::string& session, std::string method, Object params,
                   CdpPipe::OnResult on_result) {
  pipe_->call({std::move(method), std::move(params)}, session, std::move(on_result));
}

void Browser::begin() {
  call("", "Browser.getVersion", {}, [this](const Result<Object, std::string>& version) {
    user_agent_ = version ? text_of(*version, "userAgent") : "";
    if (const std::size_t at = user_agent_.find("HeadlessChrome"); at != std::string::npos) {
      user_agent_.erase(at, 8);
    }
    user_agent_ += " " + settings_.user_agent_token;
    call("", "Browser.setDownloadBehavior", downloads_.behavior());
    call("", "Target.setAutoAttach",
         {{"autoAttach", true}, {"waitForDebuggerOnStart", true}, {"flatten", true}});
    call("", "Target.setDiscoverTargets", {{"discover", true}});
    call("", "Target.getTargets", {},
         [this](const Result<Object, std::string>& targets) { attach_to(targets); });
  });
}

/// Auto-attaching is for tabs that come; the first one is there already. Parts of the browser
/// itself are targets too, and are nobody's business.
void Browser::attach_to(const Result<Object, std::string>& targets) {
  const json::value* const list = targets ? targets->if_contains("targetInfos") : nullptr;
  if (list == nullptr || !list->is_array()) return;
  for (const json::value& one : list->get_array()) {
    if (!one.is_object() || text_of(one.get_object(), "type") != "page" ||
        !may_load(text_of(one.get_object(), "url")) ||
        by_id(text_of(one.get_object(), "targetId")) != nullptr) {
      continue;
    }
    call("", "Target.attachToTarget",
         {{"targetId", text_of(one.get_object(), "targetId")}, {"flatten", true}});
  }
}

void Browser::on_event(const std::string& method, const Object& params,
                       const std::string& session) {
  if (method == "Target.attachedToTarget") return on_attached(params, session);
  if (method == "Target.detachedFromTarget") return on_detached(text_of(params, "sessionId"));
  if (method == "Fetch.requestPaused") return on_paused(session, params);
  if (method == "Runtime.bindingCalled") return on_binding(session, params);
  if (method == "Page.screencastFrame") return on_frame(session, params);
  if (method == "Page.fileChooserOpened") return on_chooser(params, session);
  if (method == "Browser.downloadWillBegin") return downloads_.on_begin(params);
  if (method == "Browser.downloadProgress") return downloads_.on_progress(params);
  if (method == "Runtime.executionContextDestroyed") {
    sensitive_.erase({session, number_of(params, "executionContextId")});
    return tell_sensitive();
  }
  if (method == "Runtime.executionContextsCleared") return forget_contexts(session);
  if (method == "Target.targetInfoChanged") {
    const Object info = object_of(params, "targetInfo");
    Target* const target = by_id(text_of(info, "targetId"));
    if (target == nullptr) return;
    target->page.title = cut(text_of(info, "title"), kMaxTitle);
    // Where it is says its history only: this one may be an address that is still being asked for.
    const bool has_moved = cut(text_of(info, "url"), kMaxUrl) != target->page.url;
    if (!target->is_there || has_moved) read_history(target->session);
    tell_tabs();
    return tell_page();
  }
  watch_chooser(session, method, params);
  if (method == "Page.frameNavigated" && frames_.contains(session)) {
    focus_viewer(session, object_of(params, "frame"));
  }
  if (const auto found = targets_.find(session); found != targets_.end()) {
    on_page_event(found->second, method, params);
  }
}

void Browser::on_attached(const Object& params, const std::string& parent) {
  const Object info = object_of(params, "targetInfo");
  const std::string session = text_of(params, "sessionId"), type = text_of(info, "type");
  if (session.empty() || session.size() > kMaxId || text_of(info, "targetId").size() > kMaxId) {
    return;
  }
  if (type == "page" && text_of(info, "url").starts_with("chrome")) return;
  if (type == "page") {
    if (by_id(text_of(info, "targetId")) != nullptr || targets_.contains(session)) return;
    if (targets_.size() >= settings_.max_tabs) {
      call("", "Target.closeTarget", {{"targetId", text_of(info, "targetId")}});
      return notify(fmt::format("no more than {} tabs", settings_.max_tabs));
    }
    Target& target = targets_[session];
    target.id = text_of(info, "targetId");
    target.session = session;
    target.main_frame = target.id;  // so it is until a page is replaced by one of another site
    target.page.url = cut(text_of(info, "url"), kMaxUrl);
    prepare_page(target);
    return show(session);
  }
  if (type == "iframe") {
    if (frames_.size() >= kMaxFrames) return;  // it waits for ever; nobody would watch it
    const auto above = frames_.find(parent);
    frames_[session] = above == frames_.end() ? cut(parent, kMaxId) : above->second;
    prepare_frame(session);
  }
  // Workers and whatever else there is: nobody talks to them.
  call(session, "Runtime.runIfWaitingForDebugger");
}

void Browser::prepare_frame(const std::string& session) {
  const std::string world(kWatchWorld);
  call(session, "Page.enable");
  call(session, "Runtime.enable");
  call(session, "Page.setInterceptFileChooserDialog", {{"enabled", true}});
  call(session, "Runtime.addBinding",
       {{"name", std::string(kWatchFunction)}, {"executionContextName", world}});
  call(session, "Page.addScriptToEvaluateOnNewDocument",
       {{"source", watch_script(settings_.sensitive_selectors)},
        {"worldName", world},
        {"runImmediately", true}});
  if (settings_.headless) {
    call(session, "Page.addScriptToEvaluateOnNewDocument",
         {{"source", std::string(select_list_script())},
          {"worldName", world},
          {"runImmediately", true}});
  }
  call(session, "Emulation.setUserAgentOverride", {{"userAgent", user_agent_}});
  call(session, "Fetch.enable",
       {{"patterns", json::array{json::object{{"resourceType", "Document"}}}}});
  call(session, "Target.setAutoAttach",
       {{"autoAttach", true}, {"waitForDebuggerOnStart", true}, {"flatten", true}});
}

void Browser::prepare_page(Target& target) {
  const std::string session = target.session;
  prepare_frame(session);
  call(session, "Emulation.setFocusEmulationEnabled", {{"enabled", true}});
  call(session, "Inspector.enable");
  if (settings_.headless) {
    call(session, "Emulation.setDeviceMetricsOverride",
         {{"width", settings_.width},
          {"height", settings_.height},
          {"deviceScaleFactor", 1},
          {"mobile", false}});
  }
  call(session, "Page.getFrameTree", {}, [this, session](const Result<Object, std::string>& tree) {
    const auto found = targets_.find(session);
    if (!tree || found == targets_.end()) return;
    found->second.main_frame =
        cut(text_of(object_of(object_of(*tree, "frameTree"), "frame"), "id"), kMaxId);
  });
  call(session, "Runtime.runIfWaitingForDebugger");
}

void Browser::on_detached(const std::string& session) {
  frames_.erase(session);
  forget_contexts(session);
  if (session == chooser_session_) forget_chooser();
  if (targets_.erase(session) == 0) return;
  for (const auto& [frame, tab] : std::map(frames_)) {
    if (tab == session) on_detached(frame);
  }
  if (targets_.empty()) active_.clear();
  tell_dialog();
  if (targets_.empty()) return open_tab();
  if (session == active_) show(targets_.rbegin()->first);
  tell_tabs();
}

void Browser::on_page_event(Target& target, const std::string& method, const Object& params) {
  const bool main = text_of(params, "frameId") == target.main_frame;
  if (method == "Page.javascriptDialogOpening") return on_dialog(target, params);
  if (method == "Page.javascriptDialogClosed") {
    target.has_dialog = false;
    return tell_dialog();
  }
  if (method == "Page.frameStartedLoading" && main) {
    target.page.loading = true;
    return tell_page();
  }
  if (method == "Page.frameStoppedLoading" && main) {
    target.page.loading = false;
    return read_history(target.session);
  }
  if (method == "Page.frameNavigated") {
    const Object frame = object_of(params, "frame");
    if (frame.contains("parentId")) return;
    target.main_frame = cut(text_of(frame, "id"), kMaxId);
    target.page.url = cut(text_of(frame, "url"), kMaxUrl);
    return read_history(target.session);
  }
  if (method == "Page.navigatedWithinDocument" && main) {
    target.page.url = cut(text_of(params, "url"), kMaxUrl);
    return read_history(target.session);
  }
  if (method == "Inspector.targetCrashed") on_crash(target);
}

void Browser::on_crash(Target& target) {
  target.has_dialog = false;
  tell_dialog();
  if (is_too_often(target.crashes, kCrashesInARow, kCrashWindow, now())) {
    notify("the page crashes again and again and was left");
    call(target.session, "Page.navigate", {{"url", "about:blank"}});
  } else {
    notify("the page has crashed and is loaded again");
    call(target.session, "Page.reload");
  }
  if (on_frame_ && target.session == active_) repeat_screencast(active_);
}

void Browser::notify(const std::string& text) {
  if (!is_too_often(notices_, kNoticesInARow, kNoticeWindow, now())) events_.on_notice(text);
}

/// Held until here: a document that must not be loaded never reaches the network.
void Browser::on_paused(const std::string& session, const Object& params) {
  const std::string url = text_of(object_of(params, "request"), "url");
  const std::string id = text_of(params, "requestId");
  const bool is_held = !only_host_.empty() && is_elsewhere(url, only_host_);
  if (may_load(url) && !is_held) {
    return call(session, "Fetch.continueRequest", {{"requestId", id}});
  }
  call(session, "Fetch.failRequest", {{"requestId", id}, {"errorReason", "BlockedByClient"}});
  notify(is_held ? "other pages are not opened in this session"
                 : "this kind of address is not opened here");
}

void Browser::show(const std::string& session) {
  if (on_frame_ && session != active_ && active() != nullptr) call(active_, "Page.stopScreencast");
  active_ = session;
  const auto found = targets_.find(session);
  if (found == targets_.end()) return;
  call("", "Target.activateTarget", {{"targetId", found->second.id}});
  call(session, "Page.bringToFront");
  if (on_frame_) repeat_screencast(session);
  tell_dialog();
  tell_tabs();
  read_history(session);
}

void Browser::tell_page() {
  if (const Target* const target = active()) events_.on_page(target->page);
}

void Browser::tell_tabs() {
  std::vector<Tab> tabs;
  for (const auto& [session, target] : targets_) {
    const std::string& title = target.page.title.empty() ? target.page.url : target.page.title;
    tabs.push_back({target.id, cut(title, kMaxTitle), session == active_, target.page.url});
  }
  events_.on_tabs(tabs);
}

Browser::Target* Browser::active() {
  const auto found = targets_.find(active_);
  return found == targets_.end() ? nullptr : &found->second;
}

Browser::Target* Browser::by_id(const std::string& id) {
  const auto found =
      std::ranges::find_if(targets_, [&](const auto& one) { return one.second.id == id; });
  return found == targets_.end() ? nullptr : &found->second;
}

}  // namespace turnpike::browser
