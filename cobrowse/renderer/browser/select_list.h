// A list for <select> elements that is drawn in the page: a screencast has no pictures of the
// browser's own one, and clicks do not reach that.
#pragma once

#include <string_view>

namespace turnpike::browser {

/// For a world of its own in each frame. Lists with several rows or choices are in the page anyway.
/// The page gets input and change events, which its own scripts may see are not the browser's.
std::string_view select_list_script();

}  // namespace turnpike::browser
