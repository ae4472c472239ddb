#include "credentials/server/service_world.h"

#include <algorithm>
#include <chrono>
#include <ctime>

#include "base/log.h"
#include "credentials/server/read_lines.h"
#include "http/core/json.h"
#include "relay/crypto/key_hash.h"

namespace turnpike::credentials {
namespace {

constexpr milliseconds kFollowStep{1000};
constexpr milliseconds kListWait{2000};  // for what is still on its way to the store
constexpr int kStepsBetweenCleanings = 600;
constexpr seconds kKeptExpired{86400};  // for the accounts of allocations that outlive them

std::int64_t wall_seconds() {
  return std::chrono::duration_cast<seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

api::Issued to_issued(CredentialRecord record) {
  return {.username = std::move(record.username),
          .user = std::move(record.user),
          .session = std::move(record.session),
          .caller = std::move(record.caller),
          .origin = std::move(record.origin),
          .call_id = std::move(record.call_id),
          .issued_s = record.issued_s,
          .expires_s = record.expires_s};
}

std::optional<api::ApiKey> to_key(const ApiKeyRecord& record) {
  const auto digest = crypto::api_key_digest(record.hash);
  const auto object = http::parse_json_object(record.policy, {}, true);
  if (!digest || !object) return std::nullopt;
  auto policy = api::parse_policy(*object);
  if (!policy) return std::nullopt;
  return api::ApiKey{*digest, {record.id, *std::move(policy)}};
}

/// The column's bound; what a page sends may be longer.
std::string cut(const std::string& text, std::size_t column) {
  return text.substr(0, shape_of(Table::kCredential).columns[column].max_bytes);
}

}  // namespace

ServiceWorld::ServiceWorld(const ServicePlan& plan)
    : keys_(plan.keys),
      by_certificate_(plan.by_certificate),
      policies_(plan.policies),
      audit_file_(plan.audit_file),
      accounting_settings_(plan.accounting),
      separator_(plan.api.mint.separator),
      rules_(plan.api.mint.separator) {}

Result<std::unique_ptr<ServiceWorld>, std::string> ServiceWorld::open(const ServicePlan& plan,
                                                                      Running running) {
  std::unique_ptr<ServiceWorld> world(new ServiceWorld(plan));
  if (const auto opened = world->open_stores(plan.store); !opened) return fail(opened.error());
  if (!plan.jwks.empty()) {
    auto source = service::JwksSource::open(plan.jwks);
    if (!source) return fail(source.error());
    world->jwks_ = *std::move(source);
  }
  world->audit_ = std::move(running.audit);
  world->accounting_ = std::move(running.accounting);
  if (const auto opened = world->open_audit(plan.audit_file); !opened) return fail(opened.error());
  if (const auto opened = world->open_accounting(plan); !opened) return fail(opened.error());
  for (const service::RelayWatchSettings& settings : plan.watches) {
    world->watches_.push_back(std::make_unique<service::RelayWatch>(
        settings, [raw = world.get()] { return raw->all_rules(); }, world->account_keeping()));
  }
  world->follower_ = std::thread([raw = world.get()] { raw->follow_store(); });
  return world;
}

ServiceWorld::~ServiceWorld() {
  stopping_ = true;
  if (feed_) feed_->interrupt();
  if (follower_.joinable()) follower_.join();
  watches_.clear();
  writer_.reset();
}

Result<void, std::string> ServiceWorld::open_stores(const StoreSettings& settings) {
  StoreSettings with_digests = settings;
  std::unique_ptr<Store> for_writer;
  std::size_t next = 0;
  for (std::unique_ptr<Store>* store : {&store_, &followed_store_, &for_writer}) {
    with_digests.digests = &store_digests_[next++];
    auto opened = open_store(with_digests);
    if (!opened) return fail("store: " + opened.error().text);
    *store = *std::move(opened);
  }
  if (const auto prepared = store_->prepare(); !prepared) {
    return fail("store: " + prepared.error().text);
  }
  if (!read_rules(*store_)) return fail(std::string("store: the revocations cannot be read"));
  read_keys(*store_);
  feed_ = followed_store_->changes();
  writer_ = std::make_unique<IssueWriter>(std::move(for_writer));
  return {};
}

Result<void, std::string> ServiceWorld::open_audit(const std::string& path) {
  if (path.empty() || audit_) return {};
  auto opened = service::AuditLog::open(path, digests_);
  if (!opened) return fail(opened.error());
  audit_ = *std::move(opened);
  return {};
}

Result<void, std::string> ServiceWorld::open_accounting(const ServicePlan& plan) {
  if (plan.accounting.empty() || accounting_) return {};
  auto opened = Accounting::open(plan.accounting, plan.store);
  if (!opened) return fail("accounts: " + opened.error());
  accounting_ = *std::move(opened);
  return {};
}

service::AccountKeeping ServiceWorld::account_keeping() {
  if (!accounting_) return {};
  return {
      .position = [this](const std::string& relay) { return accounting_->position(relay); },
      .settle = [this] { return writer_->flush(kListWait); },
      .take =
          [this](const std::string& relay, std::uint64_t after, const boost::json::object& answer) {
            return accounting_->take(relay, after, answer);
          }};
}

Running ServiceWorld::running(const ServicePlan& next) const {
  Running kept;
  if (next.audit_file == audit_file_) kept.audit = audit_;
  if (next.accounting == accounting_settings_) kept.accounting = accounting_;
  return kept;
}

Now ServiceWorld::now() {
  return {MonotonicTime(std::chrono::steady_clock::now().time_since_epoch()),
          WallTime(std::chrono::system_clock::now().time_since_epoch())};
}

api::WeekTime ServiceWorld::local_time(WallTime time) {
  const auto unix_time = static_cast<std::time_t>(unix_seconds(time));
  std::tm local{};
  ::localtime_r(&unix_time, &local);
  return {.weekday = (local.tm_wday + 6) % 7, .minute = local.tm_hour * 60 + local.tm_min};
}

/// A key of the configuration hides one of the store.
std::optional<api::ApiKey> ServiceWorld::find_key(std::string_view id) {
  if (const auto found = keys_.find(id); found != keys_.end()) return found->second;
  const std::lock_guard lock(mutex_);
  const auto found = stored_keys_.find(id);
  if (found == stored_keys_.end()) return std::nullopt;
  return found->second;
}

std::optional<api::CallerPolicy> ServiceWorld::find_policy(std::string_view id) {
  const auto found = policies_.find(id);
  if (found == policies_.end()) return std::nullopt;
  return found->second;
}

Result<boost::json::object, std::string> ServiceWorld::check_token(std::string_view token,
                                                                   const http::TokenRules& rules) {
  if (!jwks_) return fail(std::string("none are taken here"));
  return http::check_token(token, *jwks_->keys(), rules, now().wall);
}

Result<std::vector<api::StoredKey>, api::Unavailable> ServiceWorld::stored_keys() {
  const auto records = list_api_keys(*store_);
  if (!records) return fail(unavailable(records.error()));
  std::vector<api::StoredKey> keys;
  for (const ApiKeyRecord& record : *records) {
    keys.push_back({.id = record.id, .policy = record.policy});
  }
  return keys;
}

Result<bool, api::Unavailable> ServiceWorld::add_key(const api::StoredKey& key) {
  if (policies_.contains(key.id)) return false;
  const auto there = store_->select(Table::kApiKey, {{kApiKeyId, key.id}}, 1);
  if (!there) return fail(unavailable(there.error()));
  if (!there->empty()) return false;
  const ApiKeyRecord record{
      .id = key.id, .hash = crypto::api_key_hash(key.secret_hash), .policy = key.policy};
  if (const auto put = store_->put(Table::kApiKey, to_row(record)); !put) {
    return fail(unavailable(put.error()));
  }
  read_keys(*store_);
  return true;
}

Result<bool, api::Unavailable> ServiceWorld::remove_key(std::string_view id) {
  const auto erased = store_->erase(Table::kApiKey, {{kApiKeyId, std::string(id)}});
  if (!erased) return fail(unavailable(erased.error()));
  const std::lock_guard lock(mutex_);
  if (const auto found = stored_keys_.find(id); found != stored_keys_.end()) {
    stored_keys_.erase(found);
  }
  return *erased > 0;
}

std::optional<api::Caller> ServiceWorld::find_certificate(std::string_view subject) {
  const auto found = by_certificate_.find(subject);
  if (found == by_certificate_.end()) return std::nullopt;
  return found->second;
}

bool ServiceWorld::is_relay_usable(std::size_t index) {
  return index < watches_.size() && watches_[index]->is_usable();
}

std::size_t ServiceWorld::usable_relays() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(watches_, [](const auto& watch) { return watch->is_usable(); }));
}

Result<void, api::Unavailable> ServiceWorld::record(const api::Issued& issued) {
  const CredentialRecord record{.username = issued.username,
                                .user = cut(issued.user, kCredentialUser),
                                .session = cut(issued.session, kCredentialSession),
                                .caller = cut(issued.caller, kCredentialCaller),
                                .origin = cut(issued.origin, kCredentialCaller + 1),
                                .call_id = cut(issued.call_id, kCredentialCaller + 2),
                                .issued_s = issued.issued_s,
                                .expires_s = issued.expires_s};
  if (writer_->add(record)) return {};
  return fail(api::Unavailable{"the store is behind, try again"});
}

Result<std::vector<api::Issued>, api::Unavailable> ServiceWorld::issued(
    const api::IssuedFilter& filter) {
  if (!writer_->flush(kListWait)) return fail(api::Unavailable{"the store is behind, try again"});
  Match match;
  if (filter.username) match.emplace_back(kCredentialUsername, *filter.username);
  if (filter.user) match.emplace_back(kCredentialUser, *filter.user);
  if (filter.session) match.emplace_back(kCredentialSession, *filter.session);
  auto records = list_credentials(*store_, match, filter.limit);
  if (!records) return fail(unavailable(records.error()));
  std::vector<api::Issued> found;
  for (CredentialRecord& record : *records) found.push_back(to_issued(std::move(record)));
  return found;
}

Result<void, api::Unavailable> ServiceWorld::revoke(const std::vector<Revocation>& rules) {
  std::vector<Row> rows;
  for (const Revocation& rule : rules) rows.push_back(to_row(rule));
  const auto stored = store_->put(Table::kRevocation, rows);
  if (!stored) return fail(unavailable(stored.error()));
  {
    const std::lock_guard lock(mutex_);
    for (const Revocation& rule : rules) rules_.add(rule);
  }
  for (const auto& watch : watches_) watch->push(rules);
  return {};
}

Result<bool, api::Unavailable> ServiceWorld::lift(RevocationKind kind, std::string_view value) {
  const auto erased =
      store_->erase(Table::kRevocation, {{kRevocationKind, std::string(revocation_kind_name(kind))},
                                         {kRevocationValue, std::string(value)}});
  if (!erased) return fail(unavailable(erased.error()));
  {
    const std::lock_guard lock(mutex_);
    rules_.remove(kind, value);
  }
  for (const auto& watch : watches_) {
    watch->lift({kind, std::string(value), 0, 0, {}});
  }
  return *erased > 0;
}

std::vector<Revocation> ServiceWorld::revocations() {
  return all_rules();
}

std::vector<Revocation> ServiceWorld::all_rules() const {
  const std::lock_guard lock(mutex_);
  std::vector<Revocation> rules = rules_.rules();
  std::erase_if(rules,
                [now = wall_seconds()](const Revocation& rule) { return rule.until_s < now; });
  return rules;
}

std::optional<Revocation> ServiceWorld::revocation_of(std::string_view username) {
  const std::lock_guard lock(mutex_);
  const Revocation* const rule = rules_.find(username, wall_seconds());
  if (rule == nullptr) return std::nullopt;
  return *rule;
}

Result<std::optional<api::Export>, api::Unavailable> ServiceWorld::read_export(api::ExportKind kind,
                                                                               std::uint64_t after,
                                                                               std::size_t lines) {
  const std::string& path = kind == api::ExportKind::kAudit           ? audit_file_
                            : kind == api::ExportKind::kAccountingCsv ? accounting_settings_.csv
                                                                      : accounting_settings_.jsonl;
  if (path.empty()) return std::optional<api::Export>();
  auto found = read_lines(path, after, lines);
  if (!found) {
    LOG(kError, "{}", found.error());
    return fail(api::Unavailable{"the file cannot be read"});
  }
  return std::optional(api::Export{std::move(found->text), found->next});
}

void ServiceWorld::audit(const api::AuditEvent& event) {
  LOG(kDebug, "{}: caller \"{}\" subject \"{}\" client {}", event.action,
      log::log_safe(event.caller), log::log_safe(event.subject), log::log_safe(event.client));
  if (!audit_) return;
  const bool written = audit_->append(wall_seconds(),
                                      {{"action", event.action},
                                       {"caller", event.caller},
                                       {"subject", event.subject},
                                       {"client", event.client},
                                       {"origin", event.origin},
                                       {"detail", event.detail}},
                                      digests_);
  if (!written) LOG(kError, "audit_file: a line could not be written; is the disk full?");
}

api::Unavailable ServiceWorld::unavailable(const StoreError& error) {
  LOG(kError, "store: {}", error.text);
  return {"the store cannot be reached, try again"};
}

bool ServiceWorld::read_rules(Store& store) {
  const auto rules = list_revocations(store);
  if (!rules) {
    if (store_is_up_.exchange(false)) LOG(kError, "store: {}", rules.error().text);
    return false;
  }
  if (!store_is_up_.exchange(true)) LOG(kInfo, "store: back again");
  RevocationSet fresh(separator_);
  for (const Revocation& rule : *rules) fresh.add(rule);
  const std::lock_guard lock(mutex_);
  rules_ = std::move(fresh);
  return true;
}

/// A row that makes no sense is no key; where the store cannot be read the keys stay as they were.
void ServiceWorld::read_keys(Store& store) {
  const auto records = list_api_keys(store);
  if (!records) return;
  std::map<std::string, api::ApiKey, std::less<>> fresh;
  for (const ApiKeyRecord& record : *records) {
    if (auto key = to_key(record)) fresh.emplace(record.id, *std::move(key));
  }
  const std::lock_guard lock(mutex_);
  stored_keys_ = std::move(fresh);
}

void ServiceWorld::forget_the_past(Store& store) {
  const std::int64_t now = wall_seconds();
  const auto credentials =
      store.erase_below(Table::kCredential, kCredentialExpires, now - kKeptExpired.count());
  const auto rules = store.erase_below(Table::kRevocation, kRevocationUntil, now);
  if (!credentials || !rules) {
    LOG(kWarning, "store: expired rows stay: {}",
        credentials ? rules.error().text : credentials.error().text);
  }
}

void ServiceWorld::follow_store() {
  for (int step = 0; !stopping_; ++step) {
    if (step % kStepsBetweenCleanings == 0) forget_the_past(*followed_store_);
    bool changed = true;
    if (feed_) {
      const auto waited = feed_->wait(kFollowStep);
      changed = !waited || *waited;
      if (!waited && !stopping_) std::this_thread::sleep_for(milliseconds(200));
    } else {
      for (int i = 0; i < 10 && !stopping_; ++i) std::this_thread::sleep_for(milliseconds(100));
    }
    if (changed && !stopping_) read_rules(*followed_store_);
    if (!stopping_) read_keys(*followed_store_);  // the feed does not tell of them
  }
}

}  // namespace turnpike::credentials
