// What the browser gets where the proxy carries nothing: for plain requests a page that says which
// site and why, for CONNECT a line that browsers do not show.
#pragma once

#include <string>
#include <string_view>

#include "cobrowse/renderer/egress/reason.h"

namespace turnpike::egress {

/// A complete HTTP answer after which the connection ends. The page needs nothing from anywhere,
/// runs no script and is not kept. `host` is shown as text; empty where none was understood.
std::string refusal_page(Reason reason, std::string_view host);
/// The answer to CONNECT.
std::string refusal_line(Reason reason);

}  // namespace turnpike::egress
