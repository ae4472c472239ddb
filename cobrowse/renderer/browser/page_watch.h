// The script that watches a page from a world of its own, where the page cannot touch it: whether
// the focus is in a field that only the visitor may type into, and what the page is called.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace turnpike::browser {

/// The world's name, and that of the function in it that tells us "1" or "0", or kWatchTitle and
/// the page's new title.
inline constexpr std::string_view kWatchWorld = "turnpike";
inline constexpr std::string_view kWatchFunction = "turnpikeSensitive";
inline constexpr char kWatchTitle = 't';

/// Passwords, card numbers, one-time codes and [data-private] are sensitive anyway; `selectors` are
/// the operator's. One that is no selector is left out in the page.
std::string watch_script(const std::vector<std::string>& selectors);

/// An expression for the text that is selected, in a field or in the page; none of a password.
std::string_view selection_expression();

/// Focuses a PDF, in the frame of the viewer where it is drawn.
std::string_view focus_viewer_expression();

}  // namespace turnpike::browser
