// Sessions and their renderers: who has which one, those that wait for a session, and whether the
// machine has room for another.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

#include "base/base64.h"
#include "base/log.h"
#include "cobrowse/server/session_entry.h"
#include "http/core/json.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;

constexpr std::size_t kNameBytes = 9;
constexpr std::uint16_t kNormal = 1000;
constexpr seconds kLookEvery{1};
constexpr std::uint64_t kRetryAfter_s = 30;

std::vector<std::uint32_t> viewers_of(const json::object& hello) {
  std::vector<std::uint32_t> viewers;
  const json::value* const list = hello.if_contains("viewers");
  for (const json::value& one :
       list != nullptr && list->is_array() ? list->get_array() : json::array()) {
    const std::int64_t number = one.is_int64() ? one.get_int64() : 0;
    if (number > 0 && number <= 0xffffffff) viewers.push_back(static_cast<std::uint32_t>(number));
  }
  return viewers;
}

}  // namespace

/// A warm renderer has been given its memory when it was started.
std::optional<Refusal> Sessions::why_refused() {
  if (entries_.size() >= settings_.max_sessions) {
    ++refused_.full;
    return Refusal{503, "as many sessions run as this server has room for", kRetryAfter_s};
  }
  if (!services_.machine) return std::nullopt;
  const Machine machine = services_.machine();
  if (const auto why = why_no_memory(machine, settings_.needs); why && pool_.size() == 0) {
    ++refused_.memory;
    return Refusal{503, *why, kRetryAfter_s};
  }
  if (const auto why = why_too_loaded(machine, settings_.needs)) {
    ++refused_.load;
    return Refusal{503, *why, kRetryAfter_s};
  }
  return std::nullopt;
}

Result<std::uint32_t, std::string> Sessions::free_uid() {
  if (!settings_.uids) return 0U;
  // Those of records too: a renderer may be between two browsers.
  std::set<std::uint32_t> taken =
      services_.running_uids ? services_.running_uids() : std::set<std::uint32_t>();
  for (const auto& [id, entry] : entries_) taken.insert(entry->session.record().renderer_uid);
  for (const RendererId& renderer : pool_.all()) taken.insert(renderer.uid);
  const auto uid = pick_uid(*settings_.uids, taken, services_.rng);
  if (!uid) return fail(std::string("every user of renderer.uid_range is taken"));
  return *uid;
}

/// One for a session has the session's name in front: other servers know by it where it belongs.
Result<std::pair<RendererId, Sessions::Object>, std::string> Sessions::new_renderer(
    std::string_view session) {
  const auto uid = free_uid();
  if (!uid) return fail(uid.error());
  std::array<std::uint8_t, kNameBytes> random{};
  services_.rng.fill(random);
  const std::string token = random_token(), name = std::string(session) + base64url_encode(random);
  Object orders = settings_.renderer_orders;
  orders["renderer"] = name;
  orders["token"] = token;
  orders["control_url"] = renderer_url_;
  if (*uid != 0) orders["uid"] = *uid;
  return std::pair{RendererId{.name = name, .token_hash = hash(token), .uid = *uid}, orders};
}

Result<void, std::string> Sessions::start_renderer(Entry& entry) {
  SessionRecord& record = entry.session.record();
  if (!record.renderer.empty()) services_.backend.stop(record.renderer);
  if (entry.renderer.socket) entry.renderer.socket->close(kNormal, "replaced");
  entry.renderer = {};
  if (auto warm = pool_.take(services_.now().monotonic)) {
    hand_over(entry, *std::move(warm));
    return {};
  }
  const auto made = new_renderer(record.id);
  if (!made) return fail(made.error());
  const auto& [renderer, orders] = *made;
  record.renderer = renderer.name;
  record.renderer_token_hash = renderer.token_hash;
  record.renderer_uid = renderer.uid;
  entry.save();
  LOG(kInfo, "session {}: renderer {}", record.id, renderer.name);
  return services_.backend.start(renderer.name, orders);
}

void Sessions::hand_over(Entry& entry, RendererId renderer) {
  SessionRecord& record = entry.session.record();
  record.renderer = renderer.name;
  record.renderer_token_hash = std::move(renderer.token_hash);
  record.renderer_uid = renderer.uid;
  entry.save();
  LOG(kInfo, "session {}: renderer {}, which was waiting", record.id, record.renderer);
  const auto found = waiting_.find(record.renderer);
  if (found == waiting_.end()) return;  // it will come
  const Waiting waiting = std::move(found->second);
  waiting_.erase(found);
  entry.renderer = waiting.link;
  if (waiting.said_hello) entry.session.on_renderer_hello({}, services_.now());
}

Sessions::Entry* Sessions::find_by_renderer(std::string_view renderer) {
  for (const auto& [id, entry] : entries_) {
    if (!entry->session.is_over() && entry->session.record().renderer == renderer) {
      return entry.get();
    }
  }
  return nullptr;
}

bool Sessions::is_renderer(const std::string& renderer, std::string_view token) {
  const std::lock_guard lock(mutex_);
  const Entry* const entry = find_by_renderer(renderer);
  const RendererId* const waiting = pool_.find(renderer);
  if ((entry == nullptr && waiting == nullptr) || token.empty()) return false;
  const std::string& wanted =
      entry != nullptr ? entry->session.record().renderer_token_hash : waiting->token_hash;
  return equal_constant_time(as_bytes(hash(token)), as_bytes(wanted));
}

std::optional<std::string> Sessions::session_of_renderer(const std::string& renderer,
                                                         std::string_view token) {
  if (!is_renderer(renderer, token)) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const Entry* const entry = find_by_renderer(renderer);
  return entry == nullptr ? std::nullopt : std::optional(entry->session.record().id);
}

std::uint64_t Sessions::attach_renderer(const std::string& renderer,
                                        std::shared_ptr<http::WebSocket> socket) {
  const std::lock_guard lock(mutex_);
  Entry* const entry = find_by_renderer(renderer);
  if (entry == nullptr && pool_.find(renderer) == nullptr) return 0;
  Socket& link = entry != nullptr ? entry->renderer : waiting_[renderer].link;
  if (link.socket) link.socket->close(kNormal, "replaced");
  link = {++last_socket_, std::move(socket)};
  return last_socket_;
}

void Sessions::on_renderer_text(const std::string& renderer, std::uint64_t socket,
                                const Object& message) {
  const std::lock_guard lock(mutex_);
  Entry* const entry = find_by_renderer(renderer);
  if (entry == nullptr) return on_waiting_text(renderer, socket, message);
  if (entry->renderer.number != socket) return;
  if (http::text_of(message, "t") == "hello") {
    entry->session.on_renderer_hello(viewers_of(message), services_.now());
  } else {
    entry->session.on_renderer_message(message, services_.now());
  }
  sweep();
}

void Sessions::on_waiting_text(const std::string& renderer, std::uint64_t socket,
                               const Object& message) {
  const auto found = waiting_.find(renderer);
  if (found == waiting_.end() || found->second.link.number != socket) return;
  const std::string type = http::text_of(message, "t");
  if (type == "hello") found->second.said_hello = true;
  if (type == "renderer" && http::text_of(message, "state") == "running") {
    LOG(kInfo, "renderer {}: waits for a session", renderer);
    pool_.on_ready(renderer);
  }
}

void Sessions::on_renderer_closed(const std::string& renderer, std::uint64_t socket) {
  const std::lock_guard lock(mutex_);
  if (Entry* const entry = find_by_renderer(renderer)) {
    if (entry->renderer.number != socket) return;
    entry->renderer = {};
    return entry->session.on_renderer_lost(services_.now());
  }
  const auto found = waiting_.find(renderer);
  if (found == waiting_.end() || found->second.link.number != socket) return;
  // It has ended, or is of no use to a session that is to begin at once.
  pool_.on_ended(renderer, services_.now().monotonic);
  remove_waiting(renderer);
}

void Sessions::on_ended(const std::string& renderer, const Now& now) {
  if (Entry* const entry = find_by_renderer(renderer)) {
    entry->session.on_renderer_ended(now);
  } else if (pool_.on_ended(renderer, now.monotonic)) {
    LOG(kWarning, "renderer {}: has ended before there was a session for it", renderer);
    waiting_.erase(renderer);
  }
}

void Sessions::remove_waiting(const std::string& renderer) {
  waiting_.erase(renderer);
  services_.backend.stop(renderer);
}

/// After all that sessions want: those come first.
void Sessions::mind_pool(const Now& now) {
  for (const std::string& renderer : pool_.take_overdue(now.monotonic)) {
    LOG(kInfo, "renderer {}: ended, since it is not up in time or has waited for long", renderer);
    remove_waiting(renderer);
  }
  const bool is_full = entries_.size() + pool_.size() >= settings_.max_sessions;
  const bool wants_one = !is_full && pool_.wants_one(now.monotonic) &&
                         std::ranges::none_of(entries_, [](const auto& one) {
                           return one.second->session.is_starting();
                         });
  if ((!wants_one && pool_.size() == 0) || now.monotonic < next_look_) return;
  next_look_ = now.monotonic + kLookEvery;
  const Machine machine = services_.machine ? services_.machine() : Machine{};
  MachineNeeds needs = settings_.needs;
  if (why_no_memory(machine, needs)) {
    if (const auto given = pool_.give_up(now.monotonic)) {
      LOG(kWarning, "renderer {}: ended before it was used, since memory is short", *given);
      remove_waiting(*given);
    }
    return;
  }
  needs.memory_mb *= 2;  // else the first one that waits makes memory short
  if (!wants_one || why_no_memory(machine, needs) || why_too_loaded(machine, needs)) return;
  auto made = new_renderer({});
  if (made) made->second["warm"] = true;
  const auto started = made ? services_.backend.start(made->first.name, made->second)
                            : Result<void, std::string>(fail(made.error()));
  if (started) return pool_.add(std::move(made->first), now.monotonic);
  LOG(kError, "no renderer can be made ready: {}", started.error());
  pool_.on_not_started(now.monotonic);
}

RefusedSessions Sessions::refused() {
  const std::lock_guard lock(mutex_);
  return refused_;
}

std::size_t Sessions::warm() {
  const std::lock_guard lock(mutex_);
  return pool_.ready();
}

std::vector<std::string> Sessions::renderers() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [id, entry] : entries_) names.push_back(entry->session.record().renderer);
  return names;
}

}  // namespace turnpike::cobrowse
