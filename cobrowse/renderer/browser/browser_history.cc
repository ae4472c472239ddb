// Where a tab has been and is: its history, as the browser has it.
#include <boost/json/array.hpp>
#include <utility>

#include "cobrowse/renderer/browser/bounds.h"
#include "cobrowse/renderer/browser/browser.h"
#include "http/core/json.h"

namespace turnpike::browser {
namespace {

namespace json = boost::json;
using http::number_of;
using http::text_of;

constexpr milliseconds kHistoryPause{200};

}  // namespace

/// A page may make it long, and change it all the time: it is read once after another, with a
/// pause.
void Browser::read_history(const std::string& session) {
  const auto target = targets_.find(session);
  if (target == targets_.end()) return;
  if (target->second.reads_history) {
    target->second.history_has_changed = true;
    return;
  }
  target->second.reads_history = true;
  target->second.history_has_changed = false;
  call(session, "Page.getNavigationHistory", {},
       [this, session](const Result<Object, std::string>& history) {
         if (history) on_history(session, *history);
         settings_.after(kHistoryPause, [this, session, alive = alive_] {
           if (!*alive) return;
           const auto found = targets_.find(session);
           if (found == targets_.end()) return;
           found->second.reads_history = false;
           if (found->second.history_has_changed) read_history(session);
         });
       });
}

void Browser::on_history(const std::string& session, const Object& history) {
  const auto found = targets_.find(session);
  if (found == targets_.end()) return;
  const json::value* const entries = history.if_contains("entries");
  const std::int64_t at = number_of(history, "currentIndex");
  const auto count = entries != nullptr && entries->is_array()
                         ? static_cast<std::int64_t>(entries->get_array().size())
                         : 0;
  found->second.page.can_go_back = at > 0;
  found->second.page.can_go_forward = at + 1 < count;
  // Where it has gone meanwhile is known already.
  const bool is_old = found->second.history_has_changed && found->second.is_there;
  if (at >= 0 && at < count && !is_old) {
    on_history_entry(found->second, entries->get_array()[static_cast<std::size_t>(at)]);
  }
  tell_page();
  tell_tabs();
}

/// The browser loads a tab's first page by itself: whoever asks for another one before that is
/// there would be overrun by it.
void Browser::on_history_entry(Target& target, const json::value& entry) {
  if (!entry.is_object()) return;
  const std::string title = text_of(entry.get_object(), "title");
  if (!title.empty()) target.page.title = cut(title, kMaxTitle);
  const std::string url = text_of(entry.get_object(), "url");
  if (!url.empty()) target.page.url = cut(url, kMaxUrl);
  if (target.is_there || url.empty()) return;
  target.is_there = true;
  if (!target.wanted.empty()) {
    call(target.session, "Page.navigate", {{"url", std::exchange(target.wanted, {})}});
  }
  if (!std::exchange(is_ready_, true)) events_.on_ready();
}

void Browser::move_in_history(int by) {
  const std::string session = active_;
  call(session, "Page.getNavigationHistory", {},
       [this, session, by](const Result<Object, std::string>& history) {
         if (!history) return;
         const json::value* const entries = history->if_contains("entries");
         const std::int64_t to = number_of(*history, "currentIndex") + by;
         if (entries == nullptr || !entries->is_array() || to < 0 ||
             to >= static_cast<std::int64_t>(entries->get_array().size())) {
           return;
         }
         const json::value& entry = entries->get_array()[static_cast<std::size_t>(to)];
         if (!entry.is_object()) return;
         call(session, "Page.navigateToHistoryEntry",
              {{"entryId", number_of(entry.get_object(), "id")}});
       });
}

}  // namespace turnpike::browser
