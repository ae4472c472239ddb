// What is told of the page that is shown, and taken back when its browser has gone.
#include <utility>

#include "cobrowse/renderer/renderer.h"

namespace turnpike::renderer {
namespace {

constexpr milliseconds kQuiet{200};  // without a sensitive field, before that is told
constexpr unsigned kMaxUnanswered = 10;

}  // namespace

/// A document has a name, and an address that is nobody's business.
void Renderer::tell_page(const browser::PageState& page) {
  const auto document = documents_->site()->name_of(page.url);
  send({{"t", "page"},
        {"url", document.value_or(page.url)},
        {"title", document.value_or(page.title)},
        {"loading", page.loading},
        {"back", page.can_go_back},
        {"forward", page.can_go_forward}});
}

/// At once that it is, and late that it is not: a page moves its focus as fast as it likes.
void Renderer::tell_sensitive(bool on) {
  if (quiet_timer_ != 0) loop_.cancel(std::exchange(quiet_timer_, 0));
  if (on) {
    if (!std::exchange(told_sensitive_, true)) send({{"t", "sensitive"}, {"on", true}});
  } else if (told_sensitive_) {
    quiet_timer_ = loop_.after(kQuiet, [this, alive = alive_] {
      if (!*alive) return;
      quiet_timer_ = 0;
      told_sensitive_ = false;
      send({{"t", "sensitive"}, {"on", false}});
    });
  }
}

/// The next browser knows nothing of it.
void Renderer::take_back() {
  if (quiet_timer_ != 0) loop_.cancel(std::exchange(quiet_timer_, 0));
  if (std::exchange(told_sensitive_, false)) send({{"t", "sensitive"}, {"on", false}});
  if (std::exchange(told_dialog_, false)) send({{"t", "dialog"}, {"kind", "none"}});
  if (std::exchange(told_chooser_, false)) send({{"t", "chooser"}, {"kind", "none"}});
}

/// One that stands still closes nothing by itself.
void Renderer::watch_browser() {
  browser::Browser* const browser = stage_ ? stage_->browser() : nullptr;
  if (browser == nullptr || !is_stage_ready_ || is_stage_failing_) return;
  if (unanswered_ == kMaxUnanswered) return stage_failed("the browser does not answer");
  ++unanswered_;
  browser->ping([this] { unanswered_ = 0; });
}

}  // namespace turnpike::renderer
