// What people ask of the browser, as commands of DevTools.
#include <boost/json/array.hpp>

#include "cobrowse/renderer/browser/bounds.h"
#include "cobrowse/renderer/browser/browser.h"
#include "cobrowse/renderer/browser/page_watch.h"
#include "cobrowse/renderer/browser/session_rules.h"
#include "http/core/json.h"

namespace turnpike::browser {

namespace json = boost::json;
using http::number_of;
using http::object_of;
using http::text_of;

namespace {

constexpr std::size_t kMaxCopied = 3 * 65536;  // bytes: what selection_expression() gives at most

}  // namespace

bool Browser::go(std::string_view typed) {
  const std::string url = address_from(typed);
  if (url.empty()) return false;
  Target* const target = active();
  if (target != nullptr && !target->is_there) {
    target->wanted = url;
  } else {
    call(active_, "Page.navigate", {{"url", url}});
  }
  return true;
}

void Browser::back() {
  move_in_history(-1);
}

void Browser::forward() {
  move_in_history(1);
}

void Browser::reload() {
  call(active_, "Page.reload");
}

void Browser::stop() {
  call(active_, "Page.stopLoading");
}

void Browser::open_tab() {
  call("", "Target.createTarget", {{"url", "about:blank"}});
}

void Browser::close_tab(const std::string& id) {
  if (by_id(id) != nullptr) call("", "Target.closeTarget", {{"targetId", id}});
}

void Browser::select_tab(const std::string& id) {
  if (const Target* const target = by_id(id)) show(target->session);
}

/// In the watching script's world: in its own a page may say what is selected.
void Browser::copy(std::function<void(std::string)> on_text) {
  const Target* const target = active();
  if (target == nullptr) return;
  call(target->session, "Page.createIsolatedWorld",
       {{"frameId", target->main_frame}, {"worldName", std::string(kWatchWorld)}},
       [this, session = target->session,
        on_text = std::move(on_text)](const Result<Object, std::string>& world) {
         if (!world) return;
         call(session, "Runtime.evaluate",
              {{"expression", std::string(selection_expression())},
               {"contextId", number_of(*world, "executionContextId")},
               {"returnByValue", true}},
              [on_text](const Result<Object, std::string>& result) {
                if (!result) return;
                on_text(cut(text_of(object_of(*result, "result"), "value"), kMaxCopied));
              });
       });
}

void Browser::send(std::vector<CdpCall> calls) {
  if (active() == nullptr) return;
  for (CdpCall& one : calls) pipe_->call(std::move(one), active_);
}

void Browser::ping(std::function<void()> on_answer) {
  call("", "Browser.getVersion", {},
       [on_answer = std::move(on_answer)](const Result<Object, std::string>&) { on_answer(); });
}

void Browser::start_screencast(OnFrame on_frame) {
  on_frame_ = std::move(on_frame);
  if (active() != nullptr) repeat_screencast(active_);
}

void Browser::stop_screencast() {
  on_frame_ = {};
  if (active() != nullptr) call(active_, "Page.stopScreencast");
}

/// Every frame is wanted: with everyNthFrame above 1 the last one of a change may not come.
void Browser::repeat_screencast(const std::string& session) {
  call(session, "Page.stopScreencast");
  call(session, "Page.startScreencast",
       {{"format", "jpeg"}, {"quality", 80}, {"everyNthFrame", 1}});
}

void Browser::acknowledge(const ScreencastFrame& frame) {
  call(frame.session, "Page.screencastFrameAck", {{"sessionId", frame.number}});
}

/// A tab that is no longer shown may have been asked again while it was left.
void Browser::on_frame(const std::string& session, const Object& params) {
  ScreencastFrame frame{session, number_of(params, "sessionId"), text_of(params, "data")};
  if (on_frame_ && session == active_) return on_frame_(std::move(frame));
  acknowledge(frame);
  call(session, "Page.stopScreencast");
}

}  // namespace turnpike::browser
