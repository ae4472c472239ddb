#include "service/relay_watch.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/log.h"
#include "http/client/fetch.h"
#include "http/core/json.h"
#include "http/core/target.h"
#include "service/stun_probe.h"

namespace turnpike::service {
namespace {

constexpr std::size_t kMaxMissedLifts = 1000;
constexpr std::size_t kRulesPerRequest = 200;  // stays under the relay's limit for a body

http::ClientRequest admin_request(const RelayWatchSettings& settings, http::Method method,
                                  const std::string& target) {
  http::ClientRequest request;
  request.method = method;
  request.url = "http://relay" + target;
  request.unix_socket = settings.admin_socket;
  request.deadline = settings.timeout;
  return request;
}

std::string rules_body(std::span<const credentials::Revocation> rules) {
  boost::json::array list;
  for (const credentials::Revocation& rule : rules) {
    list.push_back(boost::json::object{{"kind", credentials::revocation_kind_name(rule.kind)},
                                       {"value", rule.value},
                                       {"until", rule.until_s},
                                       {"reason", rule.reason}});
  }
  return http::to_json(boost::json::object{{"revocations", std::move(list)}});
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

}  // namespace

RelayWatch::RelayWatch(RelayWatchSettings settings, AllRules all_rules, AccountKeeping keeping)
    : settings_(std::move(settings)),
      all_rules_(std::move(all_rules)),
      keeping_(std::move(keeping)),
      thread_([this] { run(); }) {}

RelayWatch::~RelayWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

bool RelayWatch::is_usable() const {
  const std::lock_guard lock(mutex_);
  return up_ && !draining_;
}

bool RelayWatch::push(const std::vector<credentials::Revocation>& rules) {
  if (settings_.admin_socket.empty()) return true;
  if (is_reachable() && send_rules(rules)) return true;
  const std::lock_guard lock(mutex_);
  missed_ = true;
  reachable_ = false;
  return false;
}

void RelayWatch::miss() {
  const std::lock_guard lock(mutex_);
  missed_ = true;
}

bool RelayWatch::is_reachable() const {
  const std::lock_guard lock(mutex_);
  return reachable_;
}

void RelayWatch::set_reachable(bool reachable) {
  const std::lock_guard lock(mutex_);
  reachable_ = reachable;
}

bool RelayWatch::lift(const credentials::Revocation& rule) {
  if (settings_.admin_socket.empty()) return true;
  if (is_reachable() && send_lift(rule)) return true;
  const std::lock_guard lock(mutex_);
  reachable_ = false;
  if (missed_lifts_.size() == kMaxMissedLifts) missed_lifts_.erase(missed_lifts_.begin());
  missed_lifts_.push_back(rule);
  return false;
}

bool RelayWatch::send_lift(const credentials::Revocation& rule) {
  const auto answer = http::fetch(admin_request(
      settings_, http::Method::kDelete,
      "/v1/revocations?kind=" + std::string(credentials::revocation_kind_name(rule.kind)) +
          "&value=" + percent_encoded(rule.value)));
  return answer && (answer->status == 204 || answer->status == 404);
}

/// Not those that were made again since.
void RelayWatch::send_missed_lifts() {
  std::vector<credentials::Revocation> lifts;
  {
    const std::lock_guard lock(mutex_);
    lifts.swap(missed_lifts_);
  }
  if (lifts.empty()) return;
  const std::vector<credentials::Revocation> rules = all_rules_();
  for (const credentials::Revocation& one : lifts) {
    const bool again = std::ranges::any_of(rules, [&](const credentials::Revocation& rule) {
      return rule.kind == one.kind && rule.value == one.value;
    });
    if (!again) lift(one);
  }
}

void RelayWatch::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    probe();
    ask_status();
    fetch_ended();
    lock.lock();
    wake_.wait_for(lock, settings_.interval, [this] { return stopping_; });
  }
}

void RelayWatch::probe() {
  if (settings_.probe_host.empty()) return;
  const bool answered = answers_stun(settings_.probe_host, settings_.probe_port, settings_.timeout);
  const std::lock_guard lock(mutex_);
  unanswered_ = answered ? 0 : unanswered_ + 1;
  const bool up = unanswered_ <= settings_.tolerated;
  if (up != up_) {
    LOG(kWarning, "relay {}: {}", settings_.name,
        up ? "up again, offered to clients" : "does not answer, not offered to clients");
  }
  up_ = up;
}

void RelayWatch::ask_status() {
  if (settings_.admin_socket.empty()) return;
  const auto answer = http::fetch(admin_request(settings_, http::Method::kGet, "/v1/status"));
  set_reachable(answer && answer->status == 200);
  if (!answer || answer->status != 200) return;
  const auto status = http::parse_json_object(answer->body);
  if (!status) return;
  const auto instance = http::text_member(*status, "instance");
  const auto draining = http::flag_member(*status, "draining");
  bool tell_all = false;
  {
    const std::lock_guard lock(mutex_);
    const std::string now = instance ? instance->value_or("") : "";
    tell_all = missed_ || now != instance_;
    instance_ = now;
    draining_ = draining && draining->value_or(false);
    missed_ = false;  // a push that fails from here on sets it again
  }
  if (tell_all && !send_rules(all_rules_())) {
    const std::lock_guard lock(mutex_);
    missed_ = true;
  }
  send_missed_lifts();
}

/// Until there is no more, so that a relay that stops sees that all of it was read.
void RelayWatch::fetch_ended() {
  constexpr int kMostAnswers = 200;
  // A name has 509 bytes at most (RFC 8489 section 14.3), six characters each where JSON escapes
  // it.
  constexpr int kMostRows = 500;
  constexpr std::size_t kMostBytes = 4 << 20;
  if (!keeping_.position || settings_.admin_socket.empty() || !is_reachable()) return;
  for (int i = 0; i < kMostAnswers; ++i) {
    const std::uint64_t after = keeping_.position(settings_.name);
    auto request = admin_request(settings_, http::Method::kGet,
                                 fmt::format("/v1/ended?after={}&limit={}", after, kMostRows));
    request.max_body_bytes = kMostBytes;
    const auto answer = http::fetch(request);
    if (!answer || answer->status != 200) return;
    const auto body = http::parse_json_object(answer->body, {.bytes = kMostBytes, .depth = 8});
    if (!body) return;
    // An allocation may have ended before its credential was written down.
    if (keeping_.settle && !keeping_.settle()) return;
    if (!keeping_.take(settings_.name, after, *body)) return;
  }
}

bool RelayWatch::send_rules(const std::vector<credentials::Revocation>& rules) {
  for (std::size_t at = 0; at < rules.size(); at += kRulesPerRequest) {
    const std::size_t count = std::min(kRulesPerRequest, rules.size() - at);
    auto request = admin_request(settings_, http::Method::kPost, "/v1/revocations");
    request.headers.set("Content-Type", "application/json");
    request.body = rules_body(std::span(rules).subspan(at, count));
    const auto answer = http::fetch(request);
    if (!answer || answer->status != 200) {
      LOG(kWarning, "relay {}: {} revocations could not be told ({}), told again when it is back",
          settings_.name, rules.size(),
          answer ? "status " + std::to_string(answer->status) : answer.error());
      return false;
    }
  }
  return true;
}

}  // namespace turnpike::service
