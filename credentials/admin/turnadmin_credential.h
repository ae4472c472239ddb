// `turnadmin credential …`: makes, checks and takes back time-limited credentials. The rules are in
// credentials/core; the secrets come from the store or a file, never from the command line.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "credentials/admin/turnadmin_line.h"
#include "credentials/store/store.h"

namespace turnpike::admin {

/// User name, password, and expiry in seconds since the epoch: three lines, or JSON. Written down
/// in the store unless the secrets are a file's and the line names no database.
Result<std::string, std::string> mint_credential(const Line& line);

inline constexpr std::string_view kValid = "valid";

/// kValid, or "wrong", "revoked", "expired". Revocations are those of the store, if any.
Result<std::string_view, std::string> verify_credential(const Line& line);

/// Until when the rule holds, in seconds since the epoch. Never shortens one that is there.
Result<std::string, std::string> revoke_credentials(const Line& line, credentials::Store& store);

}  // namespace turnpike::admin
