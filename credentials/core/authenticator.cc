#include "credentials/core/authenticator.h"

#include <algorithm>

#include "credentials/core/saslprep.h"

namespace turnpike::credentials {
namespace {

/// Sorted by name; of equal names the last one that was given stays.
void sort_accounts(std::vector<Account>& accounts) {
  std::reverse(accounts.begin(), accounts.end());
  std::stable_sort(accounts.begin(), accounts.end(),
                   [](const Account& a, const Account& b) { return a.name < b.name; });
  const auto end = std::unique(accounts.begin(), accounts.end(),
                               [](const Account& a, const Account& b) { return a.name == b.name; });
  accounts.erase(end, accounts.end());
}

LongTermKey stored_key(const Md5& md5) {
  LongTermKey key;
  std::copy(md5.begin(), md5.end(), key.bytes.begin());
  key.size = static_cast<std::uint8_t>(md5.size());
  return key;
}

}  // namespace

struct Authenticator::Attempt {
  const Digests& digests;
  std::string_view username;
  PasswordAlgorithm algorithm;
  std::int64_t now_s;
  const std::function<bool(Bytes key)>& fits;
};

Authenticator::Authenticator(AuthenticatorSettings settings) : settings_(std::move(settings)) {
  sort_accounts(settings_.accounts);
  for (Account& a : settings_.accounts) a.password = saslprep_or_bytes(a.password.reveal());
  std::erase_if(settings_.shared_secrets, [](const Secret& secret) { return secret.empty(); });
}

Result<Identity, Refusal> Authenticator::authenticate(const Digests& digests,
                                                      std::string_view username,
                                                      PasswordAlgorithm algorithm, WallTime now,
                                                      const std::function<bool(Bytes key)>& fits,
                                                      const UserDirectory* directory) const {
  const Attempt attempt{digests, username, algorithm, unix_seconds(now), fits};
  Refusal refusal = Refusal::kUnknownUser;
  if (settings_.accounts_enabled) {
    const auto by_account = try_account(attempt);
    if (by_account) return by_account;
    refusal = by_account.error();
  }
  if (settings_.shared_secrets_enabled) {
    const auto by_secret = try_shared_secrets(attempt);
    if (by_secret) return by_secret;
    const bool only_secrets = !settings_.accounts_enabled;
    const bool no_account = refusal == Refusal::kUnknownUser;
    if (only_secrets || (no_account && by_secret.error() != Refusal::kNoTimestamp)) {
      refusal = by_secret.error();
    }
  }
  const bool unknown = refusal == Refusal::kUnknownUser || refusal == Refusal::kNoTimestamp;
  if (directory != nullptr && settings_.accounts_enabled && unknown) {
    return try_directory(attempt, *directory);
  }
  return fail(refusal);
}

const Account* Authenticator::find_account(std::string_view name) const {
  const auto at = std::lower_bound(settings_.accounts.begin(), settings_.accounts.end(), name,
                                   [](const Account& a, std::string_view n) { return a.name < n; });
  return at != settings_.accounts.end() && at->name == name ? &*at : nullptr;
}

Result<Identity, Refusal> Authenticator::try_account(const Attempt& attempt) const {
  const Account* account = find_account(attempt.username);
  if (account == nullptr) return fail(Refusal::kUnknownUser);
  LongTermKey key;
  if (!account->password.empty()) {
    key = long_term_key(attempt.digests, attempt.algorithm, attempt.username, settings_.realm,
                        account->password.reveal());
  } else if (!account->md5_key) {
    return fail(Refusal::kWrongPassword);
  } else if (attempt.algorithm == PasswordAlgorithm::kMd5) {
    key = stored_key(*account->md5_key);
  } else {
    return fail(Refusal::kAlgorithmNotAvailable);
  }
  if (!attempt.fits(key.view())) return fail(Refusal::kWrongPassword);
  return Identity{.key = key, .quota_user = attempt.username, .expiry_s = std::nullopt};
}

Result<Identity, Refusal> Authenticator::try_shared_secrets(const Attempt& attempt) const {
  const auto name = parse_timed_name(attempt.username, settings_.separator);
  if (!name) return fail(Refusal::kNoTimestamp);
  if (name->expiry_s >= kFirstMillisecondTimestamp) return fail(Refusal::kMillisecondTimestamp);
  if (name->expiry_s < attempt.now_s) return fail(Refusal::kExpired);
  const bool bounded = settings_.max_lifetime > seconds(0);
  if (bounded && name->expiry_s - attempt.now_s > settings_.max_lifetime.count()) {
    return fail(Refusal::kTooFarAhead);
  }
  for (const Secret& secret : settings_.shared_secrets) {
    if (auto identity = try_secret(attempt, *name, secret)) return identity;
  }
  return fail(Refusal::kWrongPassword);
}

Result<Identity, Refusal> Authenticator::try_secret(const Attempt& attempt, const TimedName& name,
                                                    const Secret& secret) const {
  for (const RestHash hash : {RestHash::kSha1, RestHash::kSha256}) {
    if (hash == RestHash::kSha1 ? !settings_.rest_sha1 : !settings_.rest_sha256) continue;
    const Secret password = rest_password(attempt.digests, secret, attempt.username, hash);
    const LongTermKey key = long_term_key(attempt.digests, attempt.algorithm, attempt.username,
                                          settings_.realm, password.reveal());
    if (attempt.fits(key.view())) {
      return Identity{.key = key, .quota_user = name.user, .expiry_s = name.expiry_s};
    }
  }
  return fail(Refusal::kWrongPassword);
}

Result<Identity, Refusal> Authenticator::try_directory(const Attempt& attempt,
                                                       const UserDirectory& directory) const {
  const DirectoryAnswer answer = directory.find(attempt.username);
  switch (answer.kind) {
    case DirectoryAnswer::Kind::kNotAsked:
      return fail(Refusal::kNotAskedYet);
    case DirectoryAnswer::Kind::kUnavailable:
      return fail(Refusal::kStoreUnavailable);
    case DirectoryAnswer::Kind::kNoSuchUser:
      return fail(Refusal::kUnknownUser);
    case DirectoryAnswer::Kind::kKnown:
      break;
  }
  const std::size_t wanted = attempt.algorithm == PasswordAlgorithm::kMd5 ? 16 : 32;
  if (answer.key.size != wanted) return fail(Refusal::kAlgorithmNotAvailable);
  if (!attempt.fits(answer.key.view())) return fail(Refusal::kWrongPassword);
  return Identity{.key = answer.key,
                  .quota_user = attempt.username,
                  .expiry_s = std::nullopt,
                  .from_directory = true};
}

std::int64_t Authenticator::seconds_expired(std::string_view username, WallTime now) const {
  const auto name = parse_timed_name(username, settings_.separator);
  return name ? std::max<std::int64_t>(unix_seconds(now) - name->expiry_s, 0) : 0;
}

}  // namespace turnpike::credentials
