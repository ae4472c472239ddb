#include "cobrowse/server/sessions.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "base/base64.h"
#include "base/log.h"
#include "base/utf8.h"
#include "cobrowse/server/session_entry.h"
#include "http/core/json.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;

constexpr milliseconds kTick{200};
constexpr std::size_t kTokenBytes = 24;  // 192 bits
constexpr std::size_t kIdBytes = kSessionIdChars / 4 * 3;
constexpr std::size_t kMaxName = 60;
constexpr std::size_t kMaxInvites = 20;
constexpr std::uint64_t kPins = 1'000'000;
// A hundred wrong PINs at once, then one a second: in the ten minutes of a PIN less than a
// thousandth of all are tried.
constexpr http::AttemptLimits kWrongPins{
    .free = 100, .max_wait = seconds(1), .forget = seconds(120), .max_suspects = 1};
constexpr std::string_view kEverybody = "everybody";

std::string one_line(std::string_view text) {
  std::string clean;
  for (const char c : to_utf8(text.substr(0, kMaxName))) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) clean += c;
  }
  return clean;
}

}  // namespace

Sessions::Sessions(SessionsSettings settings, Services services)
    : settings_(std::move(settings)),
      services_(std::move(services)),
      guesses_(settings_.attempts),
      wrong_pins_(kWrongPins),
      pool_(settings_.pool) {}

Sessions::~Sessions() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  for (const RendererId& renderer : pool_.all()) services_.backend.stop(renderer.name);
}

Result<void, std::string> Sessions::start(std::string renderer_url) {
  const std::lock_guard lock(mutex_);
  renderer_url_ = std::move(renderer_url);
  const auto kept = services_.store.sessions();
  if (!kept) return fail(kept.error());
  for (const std::string& text : *kept) {
    auto record = parse_session_record(text);
    if (!record) {
      LOG(kError, "a session of the state file makes no sense and is left out: {}", record.error());
      continue;
    }
    const std::string id = record->id;
    entries_[id] = std::make_unique<Entry>(*this, *std::move(record));
  }
  if (!entries_.empty()) LOG(kInfo, "{} sessions are taken up again", entries_.size());
  thread_ = std::thread([this] { run(); });
  return {};
}

std::string Sessions::random_token() {
  std::array<std::uint8_t, kTokenBytes> random{};
  services_.rng.fill(random);
  return base64url_encode(random);
}

std::string Sessions::hash(std::string_view text) const {
  return hex_encode(services_.digests.sha256({as_bytes(text)}));
}

std::string Sessions::hash_pin(std::string_view pin) const {
  return cobrowse::hash_pin(services_.digests, settings_.mint.secrets, pin);
}

Result<Sessions::Object, Refusal> Sessions::make(const NewSession& wanted) {
  std::array<std::uint8_t, kIdBytes> random{};
  services_.rng.fill(random);
  const std::string id = base64url_encode(random);
  if (const auto claimed = services_.store.claim(id); !claimed) {
    LOG(kError, "no session: {}", claimed.error());
    return fail(Refusal{503, "no session can be kept now", 30});
  }
  const std::lock_guard lock(mutex_);
  if (auto refusal = why_refused()) {
    static_cast<void>(services_.store.remove_session(id));
    return fail(*std::move(refusal));
  }
  SessionRecord record{.id = id,
                       .kind = wanted.kind,
                       .name = one_line(wanted.name),
                       .start_url = wanted.start_url,
                       .owner = wanted.owner,
                       .mode = wanted.mode.value_or(settings_.mode),
                       .created_s = unix_seconds(services_.now().wall)};
  auto entry = std::make_unique<Entry>(*this, std::move(record));
  if (const auto started = start_renderer(*entry); !started) {
    LOG(kError, "no renderer: {}", started.error());
    if (const auto removed = services_.store.remove_session(entry->session.record().id); !removed) {
      LOG(kError, "state file: {}", removed.error());
    }
    return fail(Refusal{503, "no renderer can be started: " + started.error(), 30});
  }
  Object body = entry->session.describe();
  body["invite"] = make_invite(*entry, Role::kVisitor);
  services_.audit(entry->session.record().id,
                  {.action = "create",
                   .who = wanted.owner,
                   .detail = wanted.start_url.substr(0, wanted.start_url.find_first_of("?#"))});
  entries_[entry->session.record().id] = std::move(entry);
  return body;
}

json::array Sessions::list() {
  const std::lock_guard lock(mutex_);
  json::array all;
  for (const auto& [id, entry] : entries_) all.push_back(entry->session.describe());
  return all;
}

std::size_t Sessions::count() {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

Sessions::Entry* Sessions::find_entry(const std::string& id) {
  const auto found = entries_.find(id);
  return found == entries_.end() || found->second->session.is_over() ? nullptr
                                                                     : found->second.get();
}

std::optional<Sessions::Object> Sessions::find(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const Entry* const entry = find_entry(id);
  if (entry == nullptr) return std::nullopt;
  return entry->session.describe();
}

Result<void, Refusal> Sessions::end(const std::string& id, std::string_view by, bool may_end_all) {
  const std::lock_guard lock(mutex_);
  Entry* const entry = find_entry(id);
  if (entry == nullptr) return fail(Refusal{404, "there is no such session"});
  if (!may_end_all && entry->session.record().owner != by) {
    return fail(Refusal{403, "only who made a session, those who are in it and admins end it"});
  }
  LOG(kInfo, "session {}: ended by {}", id, log::log_safe(by));
  entry->session.end("ended", "", services_.now());
  sweep();
  return {};
}

void Sessions::note(const std::string& session, const AuditNote& note) {
  const std::lock_guard lock(mutex_);
  services_.audit(session, note);
}

Result<Sessions::Object, Refusal> Sessions::invite(const std::string& id, Role role) {
  const std::lock_guard lock(mutex_);
  Entry* const entry = find_entry(id);
  if (entry == nullptr) return fail(Refusal{404, "there is no such session"});
  const std::int64_t time = unix_seconds(services_.now().wall);
  std::erase_if(entry->session.record().invites, [time](const InviteRecord& one) {
    return one.link_until_s <= time && one.pin_until_s <= time;
  });
  if (entry->session.record().invites.size() >= kMaxInvites) {
    return fail(Refusal{409, "this session has as many invites as one may have"});
  }
  return make_invite(*entry, role);
}

Sessions::Object Sessions::make_invite(Entry& entry, Role role) {
  const std::int64_t now = unix_seconds(services_.now().wall);
  const std::string token = random_token();
  std::string pin, pin_hash;
  const auto is_taken = [&](const auto& one) {
    return std::ranges::any_of(
        one.second->session.record().invites,
        [&](const InviteRecord& invite) { return invite.pin_hash == pin_hash; });
  };
  do {
    pin = fmt::format("{:06}", services_.rng.below(kPins));
    pin_hash = hash_pin(pin);
  } while (std::ranges::any_of(entries_, is_taken) ||
           !services_.store.reserve_pin(entry.session.record().id, pin_hash,
                                        settings_.pin_lifetime.count()));
  entry.session.record().invites.push_back({.token_hash = hash(token),
                                            .pin_hash = pin_hash,
                                            .role = role,
                                            .link_until_s = now + settings_.link_lifetime.count(),
                                            .pin_until_s = now + settings_.pin_lifetime.count()});
  entry.save();
  return {{"url", fmt::format("{}{}/visitor.html#invite={}", settings_.public_url,
                              settings_.public_prefix, token)},
          {"pin", pin},
          {"role", role_word(role)},
          {"expires_at", now + settings_.link_lifetime.count()},
          {"pin_expires_at", now + settings_.pin_lifetime.count()}};
}

Result<Joined, Refusal> Sessions::add_person(Entry& entry, const std::string& name, Role role) {
  // With the session's name in front: another server sees whose it is.
  const std::string token = entry.session.record().id + "." + random_token();
  const auto id = entry.session.add(one_line(name), role, hash(token), services_.now());
  if (!id) return fail(Refusal{409, "this session is full"});
  return Joined{entry.session.record().id, token};
}

Result<Joined, Refusal> Sessions::join(const std::string& id, const std::string& name, Role role) {
  const std::lock_guard lock(mutex_);
  Entry* const entry = find_entry(id);
  if (entry == nullptr) return fail(Refusal{404, "there is no such session"});
  return add_person(*entry, name, role);
}

Result<Joined, Refusal> Sessions::join_invited(const std::string& token, const std::string& pin,
                                               const std::string& name, const IpAddress& from) {
  const std::lock_guard lock(mutex_);
  const Now now = services_.now();
  const std::string suspect = http::suspect_of(from);
  // A link's token cannot be guessed: a good one is taken whatever came from its address before.
  const std::uint64_t wait = guesses_.wait(suspect, now.monotonic);
  const Refusal held{429, "too many wrong invites from this address", wait};
  if (wait > 0 && token.empty()) return fail(held);
  const std::uint64_t pins_wait = wrong_pins_.wait(kEverybody, now.monotonic);
  if (pins_wait > 0 && token.empty()) {
    return fail(Refusal{429, "too many wrong PINs are being tried, use the link", pins_wait});
  }
  const std::int64_t time = unix_seconds(now.wall);
  const std::string wanted = token.empty() ? hash_pin(pin) : hash(token);
  for (const auto& [id, entry] : entries_) {
    if (entry->session.is_over()) continue;
    for (InviteRecord& invite : entry->session.record().invites) {
      const bool link = !token.empty() && invite.token_hash == wanted && invite.link_until_s > time;
      const bool by_pin = token.empty() && invite.pin_hash == wanted && invite.pin_until_s > time;
      if (link) return add_person(*entry, name, invite.role);
      if (by_pin) {
        auto joined = add_person(*entry, name, invite.role);
        if (joined) {
          invite.pin_until_s = 0;  // a PIN is for one person
          entry->save();
        }
        return joined;
      }
    }
  }
  if (wait > 0) return fail(held);
  guesses_.failed(suspect, now.monotonic);
  if (token.empty()) wrong_pins_.failed(kEverybody, now.monotonic);
  services_.audit("", {.action = "wrong invite", .who = from.to_string(), .detail = ""});
  return fail(Refusal{404, "there is no such invite, or it is over"});
}

std::uint64_t Sessions::pins_wait() {
  const std::lock_guard lock(mutex_);
  return wrong_pins_.wait(kEverybody, services_.now().monotonic);
}

std::optional<Sessions::Attached> Sessions::attach(std::string_view token,
                                                   std::shared_ptr<http::WebSocket> socket) {
  const std::lock_guard lock(mutex_);
  const std::string wanted = hash(token);
  for (const auto& [id, entry] : entries_) {
    if (entry->session.is_over()) continue;
    entry->session.forget_unseen(services_.now());
    const auto who = entry->session.find_by_token(wanted);
    if (!who) continue;
    const std::uint64_t number = ++last_socket_;
    entry->replace(*who, {number, std::move(socket)});
    entry->session.on_hello(*who, services_.now());
    return Attached{id, *who, number};
  }
  return std::nullopt;
}

void Sessions::on_text(const Attached& who, const Object& message) {
  const std::lock_guard lock(mutex_);
  Entry* const entry = find_entry(who.session);
  if (entry == nullptr || !entry->is_current(who.who, who.socket)) return;
  entry->session.on_message(who.who, message, services_.now());
  sweep();
}

void Sessions::on_closed(const Attached& who) {
  const std::lock_guard lock(mutex_);
  Entry* const entry = find_entry(who.session);
  if (entry == nullptr || !entry->is_current(who.who, who.socket)) return;
  entry->forget(who.who);
  entry->session.on_socket_lost(who.who, services_.now());
}

std::optional<KnownPerson> Sessions::person_of(std::string_view token) {
  const std::lock_guard lock(mutex_);
  const std::string wanted = hash(token);
  for (const auto& [id, entry] : entries_) {
    if (entry->session.is_over()) continue;
    if (auto person = find_person(entry->session.record(), wanted)) return person;
  }
  return std::nullopt;
}

void Sessions::tell_documents(const std::string& session, const json::array& list) {
  const std::lock_guard lock(mutex_);
  if (Entry* const entry = find_entry(session)) entry->session.on_documents(list);
}

/// What is over goes; never in the middle of one of its calls.
void Sessions::sweep() {
  std::erase_if(entries_, [this](const auto& one) {
    if (!one.second->session.is_over()) return false;
    services_.backend.stop(one.second->session.record().renderer);
    if (const auto removed = services_.store.remove_session(one.first); !removed) {
      LOG(kError, "session {} stays in the state file: {}", one.first, removed.error());
    }
    if (services_.forget) services_.forget(one.first);
    return true;
  });
}

void Sessions::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const Now now = services_.now();
    for (const std::string& renderer : services_.backend.take_ended()) on_ended(renderer, now);
    for (const auto& [id, entry] : entries_) {
      if (now.monotonic >= entry->session.next_deadline()) entry->session.on_deadline(now);
    }
    for (const auto& [id, entry] : entries_) {
      if (!entry->wants_renderer || entry->session.is_over()) continue;
      entry->wants_renderer = false;
      if (const auto started = start_renderer(*entry); !started) {
        LOG(kError, "session {}: no renderer: {}", id, started.error());
      }
    }
    sweep();
    mind_pool(now);
    wake_.wait_for(lock, kTick, [this] { return stopping_; });
  }
}

}  // namespace turnpike::cobrowse
