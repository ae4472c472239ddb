// Users, secrets and the rest in MongoDB, in Coturn's collections: the tables by their names, and
// `realm` with one document per realm that holds origins, options and peer ranges. Ours lie flat
// beside them. Has no change feed; there is none without a replica set.
#pragma once

#include <memory>
#include <string_view>

#include "credentials/store/store.h"

namespace turnpike::credentials {

/// `uri`: mongodb://user:password@host:port/database?options; the database is "coturn" where the
/// URI names none. kRefused: the URI cannot be understood. No text shows the URI.
StoreResult<std::unique_ptr<Store>> open_mongo_store(std::string_view uri, milliseconds timeout);

}  // namespace turnpike::credentials
