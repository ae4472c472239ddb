// What is told of the page that is shown, and taken back when its browser has gone.
#include "cobrowse/renderer/renderer.h"

namespace turnpike::renderer {

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

/// The next browser knows nothing of it.
void Renderer::take_back() {
  send({{"t", "sensitive"}, {"on", false}});
  send({{"t", "dialog"}, {"kind", "none"}});
  send({{"t", "chooser"}, {"kind", "none"}});
}

}  // namespace turnpike::renderer
