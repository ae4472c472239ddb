// What a renderer that was killed has left behind.
#pragma once

#include <sys/types.h>

#include <string>

namespace turnpike::renderer {

inline constexpr const char* kFolderPrefix = "turnpike-renderer-";

/// Removes renderers' folders in `base` whose profile is `user`'s: that number is given again, and
/// whoever has it must not find what the one before has looked at. Nobody may run as `user` yet.
void remove_left_over(const std::string& base, uid_t user);

}  // namespace turnpike::renderer
