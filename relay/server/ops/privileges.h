// `proc-user` and `proc-group`: becoming somebody with fewer rights once the sockets are open, for
// good.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/result.h"

namespace turnpike::server {

struct ProcessIdentity {
  std::optional<uid_t> user;
  std::optional<gid_t> group;  // with a user and no group: the user's own
  std::string user_name;       // for the supplementary groups
};

/// Looks the names up (numbers are understood); an empty name means no change. Do it before the
/// sockets are opened, so that a wrong name stops the start.
Result<ProcessIdentity, std::string> resolve_identity(const std::string& user,
                                                      const std::string& group);

/// Changes groups, then group, then user, gives up every capability, and checks that neither comes
/// back. Does nothing for an identity without user and group. An error is final: the process may be
/// halfway and must exit.
Result<void, std::string> drop_privileges(const ProcessIdentity& identity);

}  // namespace turnpike::server
