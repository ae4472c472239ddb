#include "relay/server/ops/privileges.h"

#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace turnpike::server {
namespace {

std::optional<std::uint32_t> as_number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<void, std::string> resolve_user(const std::string& name, ProcessIdentity& identity) {
  errno = 0;
  const passwd* entry = ::getpwnam(name.c_str());
  if (const auto number = as_number(name); entry == nullptr && number) {
    entry = ::getpwuid(*number);
  }
  if (entry == nullptr) {
    return fail(
        fmt::format("proc-user \"{}\" is not a user of this system; create it or set "
                    "another name",
                    name));
  }
  identity.user = entry->pw_uid;
  identity.group = entry->pw_gid;
  identity.user_name = entry->pw_name;
  return {};
}

Result<void, std::string> resolve_group(const std::string& name, ProcessIdentity& identity) {
  const group* entry = ::getgrnam(name.c_str());
  if (const auto number = as_number(name); entry == nullptr && number) {
    entry = ::getgrgid(*number);
  }
  if (entry == nullptr) {
    return fail(
        fmt::format("proc-group \"{}\" is not a group of this system; create it or set "
                    "another name",
                    name));
  }
  identity.group = entry->gr_gid;
  return {};
}

tl::unexpected<std::string> refused(std::string_view what, std::uint32_t id) {
  return fail(
      fmt::format("cannot become {} {}: {}; start as root, or remove proc-user and "
                  "proc-group",
                  what, id, std::strerror(errno)));
}

bool is_already(const ProcessIdentity& identity) {
  return (!identity.user || (::getuid() == *identity.user && ::geteuid() == *identity.user)) &&
         (!identity.group || (::getgid() == *identity.group && ::getegid() == *identity.group));
}

Result<void, std::string> change_groups(const ProcessIdentity& identity) {
  if (!identity.group) return {};
  const gid_t group = *identity.group;
  // Without this the supplementary groups of root stay.
  const int done =
      identity.user ? ::initgroups(identity.user_name.c_str(), group) : ::setgroups(1, &group);
  if (done != 0 || ::setresgid(group, group, group) != 0) return refused("group", group);
  return {};
}

Result<void, std::string> change_user(const ProcessIdentity& identity) {
  if (!identity.user) return {};
  const uid_t user = *identity.user;
  if (::setresuid(user, user, user) != 0) return refused("user", user);
  return {};
}

/// Capabilities may have come from a file or a service manager, not only from being root.
void clear_capabilities() {
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  ::syscall(SYS_capset, &header, none.data());
}

/// capset() is per thread, so every thread is looked at.
bool any_thread_has_capabilities() {
  std::error_code error;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", error)) {
    std::ifstream status(task.path() / "status");
    for (std::string line; std::getline(status, line);) {
      const bool held = line.starts_with("CapEff:") || line.starts_with("CapPrm:");
      if (held && line.find_first_not_of("0\t ", 7) != std::string::npos) return true;
    }
  }
  return false;
}

Result<void, std::string> verify(const ProcessIdentity& identity) {
  if (!is_already(identity)) return fail(std::string("the change of user or group did not hold"));
  if (!identity.user || *identity.user == 0) return {};
  if (::setuid(0) == 0 || ::seteuid(0) == 0) {
    return fail(std::string("root can be regained after the change of user; refusing to go on"));
  }
  if (any_thread_has_capabilities()) {
    return fail(
        std::string("a thread keeps capabilities after the change of user; drop "
                    "privileges before starting threads"));
  }
  return {};
}

}  // namespace

Result<ProcessIdentity, std::string> resolve_identity(const std::string& user,
                                                      const std::string& group) {
  ProcessIdentity identity;
  if (!user.empty()) {
    if (auto resolved = resolve_user(user, identity); !resolved) return fail(resolved.error());
  }
  if (!group.empty()) {
    if (auto resolved = resolve_group(group, identity); !resolved) return fail(resolved.error());
  }
  return identity;
}

Result<void, std::string> drop_privileges(const ProcessIdentity& identity) {
  if (!identity.user && !identity.group) return {};
  // An ordinary user who is told to be himself may not call setgroups().
  const bool unchanged = is_already(identity) && ::geteuid() != 0;
  if (!unchanged) {
    if (auto changed = change_groups(identity); !changed) return changed;
    if (auto changed = change_user(identity); !changed) return changed;
  }
  if (identity.user && *identity.user != 0) clear_capabilities();
  return verify(identity);
}

}  // namespace turnpike::server
