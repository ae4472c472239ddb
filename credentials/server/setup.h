// From the configuration to what the parts of the service want, and every mistake that shows only
// when values meet. Opens nothing.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "conf/credentials_config.h"
#include "conf/diagnostic.h"
#include "credentials/api/api.h"
#include "credentials/server/accounting.h"
#include "credentials/store/open_store.h"
#include "http/core/entry_paths.h"
#include "http/server/http_server.h"
#include "service/jwks_source.h"
#include "service/relay_watch.h"

namespace turnpike::credentials {

struct ServicePlan {
  api::ApiSettings api;
  std::map<std::string, api::ApiKey, std::less<>> keys;            // by id
  std::map<std::string, api::Caller, std::less<>> by_certificate;  // by subject
  std::map<std::string, api::CallerPolicy, std::less<>> policies;  // of all entries, by id
  service::JwksSettings jwks;                                      // empty: no tokens are taken
  std::vector<service::RelayWatchSettings> watches;                // one per relay, in their order
  StoreSettings store;
  std::string audit_file;
  AccountingSettings accounting;
  http::EntryPathSettings entry_paths;
  http::HttpServerSettings http;  // without what needs the running service
};

/// Errors and remarks are added to `diagnostics`; the plan is good when there are no errors.
ServicePlan make_plan(const conf::CredentialsConfig& config, conf::Diagnostics& diagnostics);

}  // namespace turnpike::credentials
