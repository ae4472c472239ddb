// A file that the browser has written, taken away from it.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace turnpike::renderer {

/// Its content; the file is gone then, whatever the answer is. Whoever wrote it is not trusted:
/// links, other names of other files, pipes and what is longer than `most` are refused. The error
/// is for people.
Result<std::string, std::string> take_file(const std::string& path, std::size_t most);

}  // namespace turnpike::renderer
