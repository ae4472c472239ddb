// What the script in the pages tells of them, and what is done in the viewer of PDFs.
#include "cobrowse/renderer/browser/bounds.h"
#include "cobrowse/renderer/browser/browser.h"
#include "cobrowse/renderer/browser/page_watch.h"
#include "cobrowse/renderer/browser/session_rules.h"
#include "http/core/json.h"

namespace turnpike::browser {
namespace {

using http::number_of;
using http::text_of;

constexpr std::size_t kMaxSensitive = 1000;  // contexts; more make it no more sensitive

}  // namespace

void Browser::on_binding(const std::string& session, const Object& params) {
  if (text_of(params, "name") != kWatchFunction) return;
  const std::pair key(session, number_of(params, "executionContextId"));
  const std::string told = text_of(params, "payload");
  if (told.starts_with(kWatchTitle)) return on_title(session, told.substr(1));
  if (told == "1") {
    const bool is_known = targets_.contains(session) || frames_.contains(session);
    if (is_known && sensitive_.size() < kMaxSensitive) sensitive_.insert(key);
  } else {
    sensitive_.erase(key);
  }
  tell_sensitive();
}

void Browser::forget_contexts(const std::string& session) {
  std::erase_if(sensitive_, [&](const auto& one) { return one.first == session; });
  tell_sensitive();
}

void Browser::tell_sensitive() {
  const bool now_sensitive = !sensitive_.empty();
  if (now_sensitive == told_sensitive_) return;
  told_sensitive_ = now_sensitive;
  events_.on_sensitive(now_sensitive);
}

/// Chromium tells of titles when a page is loaded, not when its script changes them.
void Browser::on_title(const std::string& session, const std::string& title) {
  const auto found = targets_.find(session);
  if (found == targets_.end()) return;
  found->second.page.title = cut(title, kMaxTitle);
  tell_tabs();
  if (session == active_) tell_page();
}

/// A PDF that fills a tab takes keys at once. What takes them is the frame in the viewer's frame.
void Browser::focus_viewer(const std::string& session, const Object& frame) {
  Target* const tab = active();
  if (tab == nullptr) return;
  const std::string above = text_of(frame, "parentId");
  if (above == tab->main_frame && text_of(frame, "url").starts_with(kPdfViewer)) {
    tab->viewer_frame = cut(text_of(frame, "id"), kMaxId);
  } else if (!above.empty() && above == tab->viewer_frame) {
    call(session, "Runtime.evaluate",
         {{"expression", std::string(focus_viewer_expression())}, {"userGesture", true}});
  }
}

}  // namespace turnpike::browser
