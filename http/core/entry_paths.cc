#include "http/core/entry_paths.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/core/authorization.h"
#include "http/core/problem.h"
#include "http/core/target.h"

namespace turnpike::http {
namespace {

const std::string& prefix_of(const EntryPathSettings& settings, TrustLevel level) {
  switch (level) {
    case TrustLevel::kPublic:
      return settings.public_prefix;
    case TrustLevel::kWebhook:
      return settings.webhook_prefix;
    case TrustLevel::kInternal:
      return settings.internal_prefix;
    case TrustLevel::kSystem:
      return settings.system_prefix;
  }
  return settings.public_prefix;
}

/// Whole segments: "/a" holds "/a" and "/a/b", not "/ab".
bool is_under(std::string_view path, std::string_view prefix) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

std::size_t segment_count(std::string_view prefix) {
  return static_cast<std::size_t>(std::count(prefix.begin(), prefix.end(), '/'));
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

/// "/a" or "/a/b" of characters that need no encoding.
bool is_prefix(std::string_view text) {
  if (!text.starts_with('/')) return false;
  while (!text.empty()) {
    text.remove_prefix(1);
    const std::string_view segment = text.substr(0, text.find('/'));
    if (segment.empty() || segment == "." || segment == "..") return false;
    if (!std::all_of(segment.begin(), segment.end(), is_plain)) return false;
    text.remove_prefix(segment.size());
  }
  return true;
}

/// "https://host" or "https://host:port", nothing behind it.
bool is_origin(std::string_view text) {
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return false;
  const std::string_view scheme = text.substr(0, colon);
  const std::string_view authority = text.substr(colon + 3);
  return (scheme == "https" || scheme == "http") && !authority.empty() &&
         authority.find_first_of("/?#@ \\") == std::string_view::npos;
}

void check_pair(const EntryPathSettings& settings, TrustLevel a, TrustLevel b,
                std::vector<std::string>& errors) {
  const std::string& one = prefix_of(settings, a);
  const std::string& other = prefix_of(settings, b);
  if (one == other) {
    errors.push_back(
        fmt::format("the {} prefix \"{}\" and the {} prefix \"{}\" are equal; give "
                    "each level its own",
                    trust_level_name(a), one, trust_level_name(b), other));
  } else if (is_under(one, other) || is_under(other, one)) {
    errors.push_back(
        fmt::format("the {} prefix \"{}\" and the {} prefix \"{}\" lie within each "
                    "other; let them differ in the first segment",
                    trust_level_name(a), one, trust_level_name(b), other));
  }
}

}  // namespace

std::string_view trust_level_name(TrustLevel level) {
  switch (level) {
    case TrustLevel::kPublic:
      return "PUBLIC";
    case TrustLevel::kWebhook:
      return "WEBHOOK";
    case TrustLevel::kInternal:
      return "INTERNAL";
    case TrustLevel::kSystem:
      return "SYSTEM";
  }
  return {};
}

bool may_reach(TrustLevel request, TrustLevel resource) {
  if (request == TrustLevel::kWebhook || resource == TrustLevel::kWebhook) {
    return request == resource;
  }
  return request >= resource;
}

std::vector<std::string> validate(const EntryPathSettings& settings) {
  std::vector<std::string> errors;
  for (const TrustLevel level : kTrustLevels) {
    const std::string& prefix = prefix_of(settings, level);
    if (is_prefix(prefix)) continue;
    errors.push_back(
        fmt::format("the {} prefix \"{}\" is no path; write it like \"/name\", with "
                    "letters, digits, \"-\", \"_\", \".\" and \"~\"",
                    trust_level_name(level), prefix));
  }
  for (std::size_t a = 0; a < kTrustLevels.size(); ++a) {
    for (std::size_t b = a + 1; b < kTrustLevels.size(); ++b) {
      check_pair(settings, kTrustLevels[a], kTrustLevels[b], errors);
    }
  }
  if (settings.system_user.empty() != settings.system_password_hash.empty()) {
    errors.emplace_back(
        "the SYSTEM level has a user without a password or a password without a "
        "user; set both or none");
  }
  const bool has_user = !settings.system_user.empty() && !settings.system_password_hash.empty();
  if (settings.system_enabled && !has_user && !settings.system_externally_protected) {
    errors.emplace_back(
        "the SYSTEM level is on and nobody asks who is there; set a user and a "
        "password for it, or say that it is protected externally");
  }
  if (!settings.webhook_origin.empty() && !is_origin(settings.webhook_origin)) {
    errors.push_back(
        fmt::format("the WEBHOOK origin \"{}\" is none; write it like "
                    "\"https://hooks.example.org\"",
                    settings.webhook_origin));
  }
  return errors;
}

std::vector<std::string> remarks(const EntryPathSettings& settings) {
  std::vector<std::string> lines;
  if (settings.webhook_enabled && settings.webhook_origin.empty()) {
    lines.emplace_back("the WEBHOOK level is on without an origin: it is closed to everybody");
  }
  if (settings.webhook_enabled && settings.webhook_ranges.empty()) {
    lines.emplace_back("the WEBHOOK level is on without address ranges: it is closed to everybody");
  }
  if (settings.system_enabled && settings.system_user.empty()) {
    lines.emplace_back(
        "the SYSTEM level asks nobody who is there: what stands in front of this "
        "server has to");
  }
  return lines;
}

EntryPaths::EntryPaths(EntryPathSettings settings, PasswordCheck check)
    : settings_(std::move(settings)), check_(std::move(check)) {}

const std::string& EntryPaths::prefix(TrustLevel level) const {
  return prefix_of(settings_, level);
}

bool EntryPaths::enabled(TrustLevel level) const {
  if (level == TrustLevel::kSystem) return settings_.system_enabled;
  return level != TrustLevel::kWebhook || settings_.webhook_enabled;
}

Result<Classified, EntryRefusal> EntryPaths::classify(std::string_view raw_target) const {
  const auto refuse = [](TargetError error) {
    return fail(EntryRefusal{400, target_error_text(error)});
  };
  auto target = parse_target(raw_target);
  if (!target) return refuse(target.error());
  std::optional<TrustLevel> found;
  std::optional<TrustLevel> written;
  for (const TrustLevel level : kTrustLevels) {
    if (is_under(target->path, prefix(level))) found = level;
    if (is_under(target->raw_path, prefix(level))) written = level;
  }
  const auto outermost = written ? written : found;
  if (outermost && target->shallowest < segment_count(prefix(*outermost))) {
    return refuse(TargetError::kEscape);
  }
  if (found != written) return refuse(TargetError::kDisguise);
  if (!found || !enabled(*found)) return fail(EntryRefusal{404, {}});
  Classified out{*found, target->path.substr(prefix(*found).size()), std::move(target->query)};
  // Not = "/": GCC 12 sees an overlap there that cannot be.
  if (out.path.empty()) out.path.push_back('/');
  return out;
}

std::optional<Response> EntryPaths::admit(Request& request) const {
  auto classified = classify(request.target);
  if (!classified) return problem(classified.error().status, classified.error().detail);
  if (classified->level == TrustLevel::kWebhook &&
      (settings_.webhook_origin.empty() ||
       !any_contains(settings_.webhook_ranges, request.client.ip))) {
    return problem(403, "this address may not come in here");
  }
  if (classified->level == TrustLevel::kSystem && !is_system_user(request.headers)) {
    Response response = problem(401, "this path wants a user and a password");
    response.headers.set("WWW-Authenticate", "Basic realm=\"system\", charset=\"UTF-8\"");
    return response;
  }
  request.trust = classified->level;
  request.path = std::move(classified->path);
  request.query = std::move(classified->query);
  return std::nullopt;
}

bool EntryPaths::is_system_user(const Headers& headers) const {
  if (settings_.system_user.empty()) return settings_.system_externally_protected;
  if (headers.count("Authorization") != 1) return false;
  const auto basic = parse_basic(headers.find("Authorization"));
  if (!basic || !check_) return false;
  const bool known = equal_in_constant_time(basic->user, settings_.system_user);
  return check_(basic->password.reveal(), settings_.system_password_hash) && known;
}

}  // namespace turnpike::http
