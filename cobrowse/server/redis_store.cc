#include "cobrowse/server/redis_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "cobrowse/server/redis_scripts.h"
#include "cobrowse/server/session_record.h"

namespace turnpike::cobrowse {
namespace {

using Clock = std::chrono::steady_clock;

/// Of the thread that has everybody's sockets.
constexpr RedisPatience kNobodyWaits{.in_all = milliseconds(250),
                                     .longest_pause = milliseconds(5000)};
constexpr milliseconds kTurn{1000};
constexpr milliseconds kFlush{1000};

std::int64_t unix_now() {
  return std::chrono::floor<seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// hash, seconds, hash, seconds, …
std::vector<std::string> invites_of(const std::string& text) {
  std::vector<std::string> list;
  const auto record = parse_session_record(text);
  if (!record) return list;
  const std::int64_t now = unix_now();
  for (const InviteRecord& invite : record->invites) {
    list.push_back(invite.token_hash);
    list.push_back(std::to_string(invite.link_until_s - now));
    list.push_back(invite.pin_hash);
    list.push_back(std::to_string(invite.pin_until_s - now));
  }
  return list;
}

}  // namespace

RedisStore::RedisStore(RedisStoreSettings settings)
    : settings_(std::move(settings)),
      writer_(settings_.address),
      asker_(settings_.address, kNobodyWaits) {}

Result<std::unique_ptr<RedisStore>, std::string> RedisStore::open(RedisStoreSettings settings) {
  std::unique_ptr<RedisStore> store(new RedisStore(std::move(settings)));
  if (const auto there = store->writer_.run({"PING"}); !there) return fail(there.error());
  return store;
}

RedisStore::~RedisStore() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (away_) return;
  if (!write_all(false) || !remove_all()) return;
  for (const auto& [id, one] : owned_) {
    if (!writer_.run(call(kReleaseScript, {id, settings_.server, one.fence}))) return;
  }
  static_cast<void>(writer_.run({"DEL", key("server:", settings_.server)}));
}

std::string RedisStore::key(std::string_view kind, std::string_view name) const {
  return fmt::format("{}{}{}", kRedisPrefix, kind, name);
}

/// At once: one thread asks for everybody.
Result<RedisReply, std::string> RedisStore::ask(const std::vector<std::string>& command) {
  if (away_) return fail(std::string("Redis is away"));
  return asker_.run(command);
}

Result<std::vector<std::string>, std::string> RedisStore::sessions() {
  const auto taken = take(true);
  if (!taken) return fail(taken.error());
  std::vector<std::string> texts;
  for (const auto& [id, text] : *taken) texts.push_back(text);
  return texts;
}

Result<std::map<std::string, std::string>, std::string> RedisStore::take(bool from_earlier_run) {
  std::vector<std::string> arguments{
      settings_.server, std::to_string(milliseconds(settings_.lease).count()),
      settings_.bound ? "1" : "0", std::to_string(settings_.patience.count()),
      from_earlier_run ? "1" : "0"};
  arguments.insert(arguments.end(), senseless_.begin(), senseless_.end());
  const auto got = writer_.run(call(kTakeScript, std::move(arguments)));
  if (!got) return fail(got.error());
  std::map<std::string, std::string> taken;
  for (std::size_t i = 0; i + 2 < got->items.size(); i += 3) {
    const std::string &id = got->items[i].text, &fence = got->items[i + 1].text;
    const std::string& text = got->items[i + 2].text;
    if (fence == "0") {
      LOG(kWarning, "session {}: over, nobody came for it in time", log::log_safe(id));
      senseless_.erase(id);
      continue;
    }
    const auto record = parse_session_record(text);
    if (!record || record->id != id) {
      leave_to_others(id, fence, record ? "it is another one's record" : record.error());
      continue;
    }
    const std::lock_guard lock(mutex_);
    owned_[id] = {.fence = fence, .text = text, .is_up = from_earlier_run};
    taken[id] = text;
  }
  return taken;
}

/// A server of another version may understand it.
void RedisStore::leave_to_others(const std::string& id, const std::string& fence,
                                 std::string_view why) {
  LOG(kError, "session {}: makes no sense and is left to other servers: {}", log::log_safe(id),
      log::log_safe(why));
  senseless_.insert(id);
  const auto left = writer_.run(call(kReleaseScript, {id, settings_.server, fence}));
  if (!left) LOG(kDebug, "its lease runs out: {}", left.error());
}

Result<void, std::string> RedisStore::claim(std::string_view id) {
  const auto fence =
      ask(call(kClaimScript, {std::string(id), settings_.server,
                              std::to_string(milliseconds(settings_.lease).count())}));
  if (!fence) return fail(fence.error());
  if (fence->number == 0) return fail(std::string("another server has a session of that name"));
  const std::lock_guard lock(mutex_);
  owned_[std::string(id)] = {.fence = std::to_string(fence->number)};
  return {};
}

bool RedisStore::reserve_pin(std::string_view id, std::string_view pin_hash,
                             std::int64_t lifetime_s) {
  const auto set = ask(
      {"SET", key("invite:", pin_hash), std::string(id), "NX", "EX", std::to_string(lifetime_s)});
  return !set || !set->is_nil;  // away: it is this server's own PIN until it is written
}

Result<void, std::string> RedisStore::put_session(std::string_view id, std::string_view text) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = owned_.find(std::string(id));
    if (found == owned_.end()) return fail(std::string("another server has it"));
    found->second.text = text;
    found->second.waits = true;
  }
  wake_.notify_all();
  return {};
}

Result<void, std::string> RedisStore::remove_session(std::string_view id) {
  {
    const std::lock_guard lock(mutex_);
    auto found = owned_.extract(std::string(id));
    if (!found) return {};
    if (removed_.size() >= kMaxRemovals) return fail(std::string("too many wait to be removed"));
    removed_.insert(std::move(found));
  }
  wake_.notify_all();
  return {};
}

std::string RedisStore::fact(std::string_view name) {
  const auto value = writer_.run({"HGET", key("facts:", settings_.server), std::string(name)});
  return value ? value->text : "";
}

Result<void, std::string> RedisStore::put_fact(std::string_view name, std::string_view value) {
  const auto put =
      writer_.run({"HSET", key("facts:", settings_.server), std::string(name), std::string(value)});
  if (!put) return fail(put.error());
  return {};
}

SessionOwner RedisStore::owner_of(const std::string& id) {
  using Kind = SessionOwner::Kind;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = owned_.find(id); found != owned_.end()) {
      return {.kind = found->second.is_up ? Kind::kThis : Kind::kNobody};
    }
  }
  const auto lease = ask({"GET", key("lease:", id)});
  if (!lease) return {.kind = Kind::kAway};
  const std::string server = lease->text.substr(0, lease->text.rfind(' '));
  if (!server.empty() && server != settings_.server)
    return {.kind = Kind::kOther, .server = server};
  const auto there = ask({"EXISTS", key("session:", id)});
  if (!there) return {.kind = Kind::kAway};
  return {.kind = there->number > 0 ? Kind::kNobody : Kind::kNone};
}

std::string RedisStore::state_of(const std::string& id) {
  const auto state = ask({"HGET", key("session:", id), "state"});
  return state ? state->text : std::string();
}

Result<std::string, std::string> RedisStore::session_of_invite(const std::string& hash) {
  const auto id = ask({"GET", key("invite:", hash)});
  if (!id) return fail(id.error());
  return id->text;
}

std::vector<std::string> RedisStore::other_views() {
  std::vector<std::string> views;
  const auto got = ask(call(kViewsScript));
  if (!got) return views;
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i + 2 < got->items.size(); i += 3) {
    if (!owned_.contains(got->items[i].text)) views.push_back(got->items[i + 2].text);
  }
  return views;
}

std::string RedisStore::server_with_room() {
  const auto server = ask(call(kRoomScript, {settings_.server}));
  return server ? server->text : "";
}

std::uint64_t RedisStore::guess_wait(const std::string& suspect_hash) {
  const auto wait = ask(call(kWaitScript, {suspect_hash}));
  return wait && wait->number > 0 ? static_cast<std::uint64_t>(wait->number) : 0;
}

void RedisStore::guess_failed(const std::string& suspect_hash) {
  const auto noted = ask(call(kGuessScript, {suspect_hash, std::to_string(settings_.attempts.free),
                                             std::to_string(settings_.attempts.max_wait.count()),
                                             std::to_string(settings_.attempts.forget.count())}));
  if (!noted) LOG(kDebug, "a wrong guess is counted here only: {}", noted.error());
}

void RedisStore::begin(RedisStoreEvents events) {
  events_ = std::move(events);
  thread_ = std::thread([this] { run(); });
}

void RedisStore::mute() {
  const std::lock_guard lock(events_mutex_);
  events_ = {};
}

void RedisStore::flush() {
  std::unique_lock lock(mutex_);
  if (away_ || !thread_.joinable()) return;
  const std::uint64_t mine = ++wanted_;
  wake_.notify_all();
  done_.wait_for(lock, kFlush, [&] { return finished_ >= mine || stopping_; });
}

void RedisStore::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const std::uint64_t until = wanted_;
    lock.unlock();
    const bool done = turn();
    lock.lock();
    finished_ = until;
    done_.notify_all();
    const auto is_wanted = [&] {
      if (stopping_ || wanted_ > finished_ || (done && !removed_.empty())) return true;
      return done && std::ranges::any_of(owned_, [](const auto& one) { return one.second.waits; });
    };
    wake_.wait_for(lock, kTurn, is_wanted);
  }
}

/// False: Redis is away; everything waits for the next turn.
bool RedisStore::turn() {
  const bool renew = Clock::now() >= renew_at_;
  if (!write_all(renew) || !remove_all()) return false;
  if (!renew) return true;
  if (!register_here()) return false;
  take_up();
  renew_at_ = Clock::now() + std::min<milliseconds>(settings_.lease / 5, kTurn);
  return !away_;
}

void RedisStore::note(const Result<void, std::string>& result) {
  if (!result && !away_.exchange(true)) {
    LOG(kError, "{}; sessions go on, new ones are refused until it is back", result.error());
  }
  if (!result || !away_.exchange(false)) return;
  LOG(kInfo, "Redis is back");
  // Leases have run out meanwhile: whoever holds a session is first to renew.
  take_from_ = Clock::now() + settings_.lease;
}

bool RedisStore::write_all(bool renew) {
  std::map<std::string, std::string> views;
  {
    const std::lock_guard lock(events_mutex_);
    if (events_.views) {
      for (SessionView& view : events_.views()) views[view.id] = std::move(view.text);
    }
  }
  std::vector<std::pair<std::string, Owned>> list;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [id, one] : owned_) {
      const auto view = views.find(id);
      const bool is_new = view != views.end() && view->second != one.view;
      if (is_new) one.view = view->second;
      if (one.waits || is_new || renew) list.emplace_back(id, one);
      one.waits = false;
    }
  }
  bool there = true;
  for (const auto& [id, one] : list) {
    if (there) there = write(id, one);
    if (there) continue;
    const std::lock_guard lock(mutex_);
    if (const auto found = owned_.find(id); found != owned_.end()) found->second.waits = true;
  }
  return there;
}

bool RedisStore::write(const std::string& id, const Owned& what) {
  std::vector<std::string> arguments{id,
                                     settings_.server,
                                     what.fence,
                                     std::to_string(milliseconds(settings_.lease).count()),
                                     what.text,
                                     what.view,
                                     settings_.bound ? "1" : "0"};
  for (std::string& part : invites_of(what.text)) arguments.push_back(std::move(part));
  const auto put = writer_.run(call(kPutScript, std::move(arguments)));
  note(put ? Result<void, std::string>{} : fail(put.error()));
  if (!put) return false;
  if (put->number != 0) return true;
  LOG(kWarning, "session {}: another server has taken it up", id);
  {
    const std::lock_guard lock(mutex_);
    owned_.erase(id);
  }
  const std::lock_guard lock(events_mutex_);
  if (events_.lost) events_.lost(id);
  return true;
}

bool RedisStore::remove_all() {
  std::map<std::string, Owned> list;
  {
    const std::lock_guard lock(mutex_);
    list = removed_;
  }
  for (const auto& [id, one] : list) {
    std::vector<std::string> arguments{id, settings_.server, one.fence};
    const std::vector<std::string> invites = invites_of(one.text);
    for (std::size_t i = 0; i < invites.size(); i += 2) arguments.push_back(invites[i]);
    const auto done = writer_.run(call(kRemoveScript, std::move(arguments)));
    note(done ? Result<void, std::string>{} : fail(done.error()));
    if (!done) return false;
    const std::lock_guard lock(mutex_);
    removed_.erase(id);
  }
  return true;
}

bool RedisStore::register_here() {
  std::size_t count = 0;
  {
    const std::lock_guard lock(mutex_);
    count = owned_.size();
  }
  const std::size_t room = settings_.max_sessions - std::min(settings_.max_sessions, count);
  auto done = writer_.run({"SET", key("server:", settings_.server), std::to_string(room), "PX",
                           std::to_string(milliseconds(settings_.lease).count())});
  if (done) done = writer_.run({"SADD", key("servers"), settings_.server});
  note(done ? Result<void, std::string>{} : fail(done.error()));
  return done.has_value();
}

void RedisStore::take_up() {
  if (Clock::now() < take_from_) return;
  const auto taken = take(false);
  note(taken ? Result<void, std::string>{} : fail(taken.error()));
  if (!taken) return;
  for (const auto& [id, text] : *taken) {
    {
      const std::lock_guard lock(events_mutex_);
      if (events_.taken_up) events_.taken_up(id, text);
    }
    const std::lock_guard lock(mutex_);
    if (const auto found = owned_.find(id); found != owned_.end()) found->second.is_up = true;
  }
}

}  // namespace turnpike::cobrowse
