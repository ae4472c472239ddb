// What pages ask people: alert, confirm, prompt, and for files.
#include <algorithm>
#include <boost/json/array.hpp>
#include <chrono>
#include <utility>

#include "cobrowse/renderer/browser/bounds.h"
#include "cobrowse/renderer/browser/browser.h"
#include "http/core/json.h"

namespace turnpike::browser {
namespace {

namespace json = boost::json;
using http::number_of;
using http::object_of;
using http::text_of;

constexpr std::size_t kDialogsInARow = 5;  // within kDialogWindow; further ones are dismissed
constexpr seconds kDialogWindow{10};
constexpr std::size_t kMaxDialogText = 2000;

MonotonicTime now() {
  return MonotonicTime(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

void Browser::on_dialog(Target& target, const Object& params) {
  const MonotonicTime time = now();
  std::erase_if(target.dialogs, [&](MonotonicTime at) { return at + kDialogWindow < time; });
  const std::string type = text_of(params, "type");
  const std::string kind =
      type == "confirm" || type == "prompt" || type == "beforeunload" ? type : "alert";
  if (target.dialogs.size() >= kDialogsInARow || target.session != active_) {
    call(target.session, "Page.handleJavaScriptDialog", {{"accept", kind == "beforeunload"}});
    if (target.dialogs.size() == kDialogsInARow) {
      notify("the page opens one dialog after the other: they are closed for a while");
      target.dialogs.push_back(time);
    }
    return;
  }
  target.dialogs.push_back(time);
  target.has_dialog = true;
  target.dialog = {.kind = kind,
                   .text = cut(text_of(params, "message"), kMaxDialogText),
                   .default_text = cut(text_of(params, "defaultPrompt"), kMaxDialogText)};
  told_dialog_.clear();
  tell_dialog();
}

/// People see the dialog of the tab that is shown; one of a tab that they left waits there.
void Browser::tell_dialog() {
  const Target* const target = active();
  const std::string now_open = target != nullptr && target->has_dialog ? target->session : "";
  if (now_open == told_dialog_) return;
  told_dialog_ = now_open;
  events_.on_dialog(now_open.empty() ? Dialog{.kind = "none"} : target->dialog);
}

void Browser::answer_dialog(bool accept, const std::string& text) {
  const Target* const target = active();
  if (target == nullptr || !target->has_dialog) return;
  call(active_, "Page.handleJavaScriptDialog", {{"accept", accept}, {"promptText", text}});
}

void Browser::on_chooser(const Object& params, const std::string& session) {
  chooser_session_ = session;
  chooser_frame_ = cut(text_of(params, "frameId"), kMaxId);
  chooser_node_ = number_of(params, "backendNodeId");
  events_.on_chooser(text_of(params, "mode") == "selectMultiple");
}

void Browser::choose_files(const std::vector<std::string>& paths) {
  if (chooser_node_ == 0) return;
  json::array list;
  for (const std::string& path : paths) list.emplace_back(path);
  if (!list.empty()) {
    call(chooser_session_, "DOM.setFileInputFiles",
         {{"files", std::move(list)}, {"backendNodeId", chooser_node_}});
  }
  forget_chooser();
}

/// It goes with the element that asked, and with the frame that the element is in.
void Browser::watch_chooser(const std::string& session, const std::string& method,
                            const Object& params) {
  if (chooser_node_ == 0 || session != chooser_session_) return;
  const Object frame = object_of(params, "frame");
  const bool is_replaced = method == "Page.frameNavigated" &&
                           (text_of(frame, "id") == chooser_frame_ || !frame.contains("parentId"));
  const bool is_removed =
      method == "Page.frameDetached" && text_of(params, "frameId") == chooser_frame_;
  if (is_replaced || is_removed || method == "Inspector.targetCrashed") forget_chooser();
}

void Browser::forget_chooser() {
  if (std::exchange(chooser_node_, 0) != 0) events_.on_chooser_gone();
}

}  // namespace turnpike::browser
