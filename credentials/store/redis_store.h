// Users, secrets and the rest in Redis, with Coturn's key layout (redis_keys.h), so that the same
// database serves Coturn and us. Lists with SCAN, never KEYS, and never asks for SAVE.
#pragma once

#include <memory>
#include <string_view>

#include "base/digests.h"
#include "credentials/store/store.h"

namespace turnpike::credentials {

/// `connection`: redis_settings.h. `digests` turns `…/user/<U>/password` into a key; without it
/// users who have only that are not seen. It must outlive the store.
/// Given-out credentials are not announced to the change feed: they are a record, which nobody
/// keeps a copy of. Rules and credentials expire by themselves a minute after their time.
StoreResult<std::unique_ptr<Store>> open_redis_store(std::string_view connection,
                                                     milliseconds timeout, const Digests* digests);

}  // namespace turnpike::credentials
