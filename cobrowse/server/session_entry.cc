#include "cobrowse/server/session_entry.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "base/log.h"
#include "http/core/json.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;

constexpr std::uint16_t kNormal = 1000;
constexpr std::uint16_t kTooSlow = 1013;
constexpr std::uint16_t kElsewhere = 1012;  // come back: another server answers

/// "p3" for the browser of participant 3, "r3" for the renderer's side of him.
std::string turn_user(ParticipantId who, bool for_browser) {
  return fmt::format("{}{}", for_browser ? 'p' : 'r', who.value);
}

}  // namespace

Sessions::Entry::Entry(Sessions& sessions, SessionRecord record)
    : owner(sessions),
      session(std::move(record), sessions.settings_.session, *this, sessions.services_.now()) {}

void Sessions::Entry::send(ParticipantId to, const Object& message) {
  const auto found = people.find(to);
  if (found == people.end()) return;
  // A page that does not read is cut, and comes back for the state of things.
  if (!found->second.socket->send(http::to_json(message))) {
    found->second.socket->close(kTooSlow, "too slow");
  }
}

void Sessions::Entry::disconnect(ParticipantId who) {
  const auto found = people.find(who);
  if (found == people.end()) return;
  found->second.socket->close(kNormal, "");
  people.erase(found);
}

void Sessions::Entry::replace(ParticipantId who, Socket fresh) {
  if (const auto found = people.find(who); found != people.end()) {
    found->second.socket->send(
        http::to_json(Object{{"t", "bye"}, {"reason", "replaced"}, {"text", ""}}));
    found->second.socket->close(kNormal, "");
  }
  people[who] = std::move(fresh);
}

bool Sessions::Entry::is_current(ParticipantId who, std::uint64_t number) const {
  const auto found = people.find(who);
  return found != people.end() && found->second.number == number;
}

bool Sessions::Entry::to_renderer(const Object& message) {
  return renderer.socket && renderer.socket->send(http::to_json(message));
}

json::array Sessions::Entry::ice_servers(ParticipantId who, bool for_browser) {
  const std::string user = turn_user(who, for_browser);
  const auto minted =
      credentials::mint(owner.services_.digests, owner.settings_.mint,
                        {.user = user, .session = session.record().id}, owner.services_.now().wall);
  json::array servers;
  if (!minted) {
    LOG(kError, "no credential: {}", credentials::mint_failure_text(minted.error()));
    return servers;
  }
  // libnice has no TURN over TLS.
  const credentials::Transports wish{.udp = true, .tcp = true, .tls = for_browser};
  for (const credentials::RelayEntry& relay : owner.settings_.relays) {
    json::array urls;
    for (const std::string& url : credentials::turn_urls(relay, wish)) urls.emplace_back(url);
    servers.push_back(Object{{"urls", std::move(urls)},
                             {"username", minted->username},
                             {"credential", std::string(minted->password.reveal())}});
  }
  return servers;
}

void Sessions::Entry::revoke(ParticipantId who) {
  const Now now = owner.services_.now();
  const std::int64_t until = unix_seconds(now.wall) + owner.settings_.mint.max_lifetime.count();
  // Names are "<expiry>:<session>:<user>", and the user of a rule is what stands behind the first
  // separator.
  std::vector<credentials::Revocation> rules;
  for (const bool for_browser : {true, false}) {
    rules.push_back({.kind = credentials::RevocationKind::kUser,
                     .value = session.record().id + owner.settings_.mint.separator +
                              turn_user(who, for_browser),
                     .until_s = until,
                     .at_s = unix_seconds(now.wall),
                     .reason = "left the session"});
  }
  owner.services_.revoke(std::move(rules));
}

void Sessions::Entry::save() {
  const SessionRecord& record = session.record();
  if (const auto put = owner.services_.store.put_session(record.id, to_text(record)); !put) {
    LOG(kError, "session {} cannot be kept over a restart: {}", record.id, put.error());
  }
}

void Sessions::Entry::audit(const AuditNote& note) {
  owner.services_.audit(session.record().id, note);
}

void Sessions::Entry::ended(std::string_view reason) {
  LOG(kInfo, "session {}: over ({})", session.record().id, reason);
}

void Sessions::take_up(const std::string& text) {
  auto record = parse_session_record(text);
  if (!record) return;
  const std::lock_guard lock(mutex_);
  const std::string id = record->id;
  if (entries_.contains(id)) return;
  LOG(kInfo, "session {}: taken up", id);
  entries_[id] = std::make_unique<Entry>(*this, *std::move(record));
}

void Sessions::let_go(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  for (const auto& [who, one] : found->second->people) one.socket->close(kElsewhere, "elsewhere");
  const Socket& renderer = found->second->renderer;
  if (renderer.socket) renderer.socket->close(kElsewhere, "elsewhere");
  entries_.erase(found);
  if (services_.forget) services_.forget(id);
}

}  // namespace turnpike::cobrowse
