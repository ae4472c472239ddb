// What the first process of a container owes the others there: to wait for those whose parents are
// gone (a browser leaves some), and to pass signals on. Nothing else runs in it.
#pragma once

#include <optional>

namespace turnpike::renderer {

/// Forks before there is any thread. In the child: nothing, go on. In the parent: returns when the
/// child has ended, with its exit code, or 128 and the number of the signal that ended it. Where
/// there can be no child: nothing.
std::optional<int> be_first_process();

}  // namespace turnpike::renderer
