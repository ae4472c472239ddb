// A store in the memory of this process, for tests and for a service that may forget. Stores that
// are opened by the same name share their rows; the rows go when the last one closes.
#pragma once

#include <memory>
#include <string_view>

#include "credentials/store/store.h"

namespace turnpike::credentials {

std::unique_ptr<Store> open_memory_store(std::string_view name);

}  // namespace turnpike::credentials
