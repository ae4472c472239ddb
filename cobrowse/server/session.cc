#include "cobrowse/server/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "http/core/json.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;

constexpr seconds kRendererMayBeAway{30};
constexpr std::array kRestartPauses = {seconds(0), seconds(2), seconds(8)};
constexpr seconds kRestartWindow{300};  // no more restarts than that in it
constexpr unsigned kMaxPeers = 6;       // of one viewer within kPeerWindow
constexpr seconds kPeerWindow{60};
constexpr std::int64_t kFirstHelloWithin_s = 60;
constexpr seconds kKeepsPlace{120};  // who is away, in a session that is full

}  // namespace

Session::Session(SessionRecord record, const SessionSettings& settings, SessionHost& host,
                 const Now& now)
    : record_(std::move(record)),
      settings_(settings),
      host_(host),
      control_({.mode = record_.mode, .idle_release = settings.idle_release}),
      timers_(settings.timers, now.monotonic - (now.wall - WallTime(seconds(record_.created_s)))),
      renderer_until_(now.monotonic +
                      (record_.renderer.empty() ? settings.renderer_start : kRendererMayBeAway)) {
  for (const ParticipantRecord& one : record_.participants) {
    people_[one.id].gone_at = now.monotonic;
    control_.join(one.id, one.role);
  }
  timers_.on_input(now.monotonic);
  timers_.on_presence(0, now.monotonic);
}

std::optional<ParticipantId> Session::add(std::string name, Role role, std::string token_hash,
                                          const Now& now) {
  forget_unseen(now);
  if (over_) return std::nullopt;
  if (record_.participants.size() >= settings_.max_people && !make_room(now)) return std::nullopt;
  const ParticipantId id{++record_.last_participant};
  record_.participants.push_back({.id = id,
                                  .name = std::move(name),
                                  .role = role,
                                  .token_hash = std::move(token_hash),
                                  .joined_s = unix_seconds(now.wall)});
  people_[id].gone_at = now.monotonic;
  control_.join(id, role);
  host_.save();
  audit("join", id, std::string(role_word(role)));
  return id;
}

/// Who was away longest, and for long enough not to come back, leaves his place to another one.
bool Session::make_room(const Now& now) {
  const auto gone_at = [](const auto& one) {
    return one.second.here ? MonotonicTime::max() : one.second.gone_at;
  };
  const auto oldest = std::ranges::min_element(people_, {}, gone_at);
  if (oldest == people_.end() || oldest->second.here ||
      oldest->second.gone_at + kKeepsPlace > now.monotonic) {
    return false;
  }
  leave(oldest->first, "offline", "", now);
  return true;
}

void Session::forget_unseen(const Now& now) {
  const std::int64_t oldest = unix_seconds(now.wall) - kFirstHelloWithin_s;
  const auto gone = [&](const ParticipantRecord& one) {
    return !one.seen && one.joined_s < oldest;
  };
  if (over_ || std::ranges::none_of(record_.participants, gone)) return;
  for (const ParticipantRecord& one : record_.participants) {
    if (!gone(one)) continue;
    audit("never came", one.id);
    control_.leave(one.id, now);
    people_.erase(one.id);
  }
  std::erase_if(record_.participants, gone);
  host_.save();
  flush_control();
  tell_people();
}

const ParticipantRecord* Session::find(ParticipantId who) const {
  const auto found = std::ranges::find(record_.participants, who, &ParticipantRecord::id);
  return found == record_.participants.end() ? nullptr : &*found;
}

std::optional<ParticipantId> Session::find_by_token(std::string_view token_hash) const {
  const auto found =
      std::ranges::find(record_.participants, token_hash, &ParticipantRecord::token_hash);
  if (found == record_.participants.end()) return std::nullopt;
  return found->id;
}

/// A recorder alone keeps no session going.
std::size_t Session::here() const {
  const auto counts = [this](const ParticipantRecord& one) {
    return one.role != Role::kRecorder && people_.at(one.id).here;
  };
  return static_cast<std::size_t>(std::ranges::count_if(record_.participants, counts));
}

void Session::on_hello(ParticipantId who, const Now& now) {
  const auto person = people_.find(who);
  if (over_ || person == people_.end()) return;
  const bool first = !person->second.here;
  person->second.here = true;
  for (ParticipantRecord& one : record_.participants) {
    if (one.id != who || one.seen) continue;
    one.seen = true;
    const bool first_visitor = one.role == Role::kVisitor && !record_.visitor_came;
    record_.visitor_came |= first_visitor;
    host_.save();
    if (first_visitor) hold_to_consent(who, now);
  }
  timers_.on_presence(here(), now.monotonic);
  welcome(who);
  if (first) audit("here", who);
  tell_people();
  serve(who, now);
}

void Session::welcome(ParticipantId who) {
  const ParticipantRecord& one = *find(who);
  host_.send(who, {{"t", "welcome"},
                   {"session", record_.id},
                   {"name", record_.name},
                   {"kind", kind_word(record_.kind)},
                   {"you", who.value},
                   {"role", role_word(one.role)},
                   {"consent", record_.consent},
                   {"ice_servers", host_.ice_servers(who, true)},
                   {"warn_before_s", settings_.timers.warning.count()},
                   {"policy", Object{{"clipboard", settings_.clipboard},
                                     {"navigation", settings_.navigation},
                                     {"documents", settings_.documents},
                                     {"downloads", settings_.downloads},
                                     {"non_pdf", settings_.non_pdf},
                                     {"audio", settings_.audio}}}});
  host_.send(who, people());
  host_.send(who, control_state());
  for (const auto& [type, message] : latest_) host_.send(who, message);
  host_.send(who, renderer_state({}));
}

void Session::serve(ParticipantId who, const Now& now) {
  Person& person = people_[who];
  if (!person.here || person.served || !renderer_connected_) return;
  if (now.monotonic - person.peers_from > kPeerWindow) {
    person.peers_from = now.monotonic;
    person.peers_made = 0;
  }
  if (person.peers_made >= kMaxPeers) {
    person.retry_at = person.peers_from + kPeerWindow + milliseconds(1);
    return;
  }
  ++person.peers_made;
  person.retry_at = kNever;
  person.served = host_.to_renderer(
      {{"t", "viewer"}, {"viewer", who.value}, {"ice_servers", host_.ice_servers(who, false)}});
}

void Session::drop(ParticipantId who) {
  Person& person = people_[who];
  if (person.served) host_.to_renderer({{"t", "drop"}, {"viewer", who.value}});
  person.served = false;
  person.route.clear();
}

void Session::leave(ParticipantId who, std::string_view reason, std::string_view text,
                    const Now& now) {
  host_.send(who, {{"t", "bye"}, {"reason", reason}, {"text", text}});
  drop(who);
  host_.disconnect(who);
  host_.revoke(who);
  audit("leave", who, std::string(reason));
  control_.leave(who, now);
  people_.erase(who);
  std::erase_if(record_.participants, [&](const auto& one) { return one.id == who; });
  host_.save();
  timers_.on_presence(here(), now.monotonic);
  flush_control();
  tell_people();
}

void Session::on_socket_lost(ParticipantId who, const Now& now) {
  const auto person = people_.find(who);
  if (over_ || person == people_.end() || !person->second.here) return;
  person->second.here = false;
  person->second.gone_at = now.monotonic;
  timers_.on_presence(here(), now.monotonic);
  // What he holds comes up, and nobody waits for somebody who is not there. His media may go on.
  control_.leave(who, now);
  control_.join(who, find(who)->role);
  flush_control();
  tell_people();
}

void Session::on_renderer_hello(const std::vector<std::uint32_t>& viewers, const Now& now) {
  if (over_) return;
  renderer_connected_ = true;
  renderer_until_ = restart_at_ = kNever;
  for (auto& [id, person] : people_) {
    person.served = std::ranges::find(viewers, id.value) != viewers.end();
    if (!person.served) person.route.clear();
  }
  host_.to_renderer({{"t", "start"},
                     {"session", record_.id},
                     {"kind", kind_word(record_.kind)},
                     {"start_url", record_.url.empty() ? record_.start_url : record_.url},
                     {"width", settings_.width},
                     {"height", settings_.height}});
  if (std::exchange(shows_again_, false)) show_again();
  for (const std::uint32_t viewer : viewers) {
    if (!people_.contains({viewer})) host_.to_renderer({{"t", "drop"}, {"viewer", viewer}});
  }
  for (const auto& [id, person] : people_) serve(id, now);
}

void Session::on_renderer_lost(const Now& now) {
  if (over_ || !renderer_connected_) return;
  renderer_connected_ = false;
  renderer_until_ = now.monotonic + kRendererMayBeAway;
}

void Session::on_renderer_ended(const Now& now) {
  if (over_ || restart_at_ != kNever) return;
  renderer_connected_ = false;
  renderer_ = RendererState::kRestarting;
  for (auto& [id, person] : people_) {
    person.served = false;
    person.route.clear();
  }
  std::erase_if(restarts_, [&](MonotonicTime at) { return at + kRestartWindow < now.monotonic; });
  if (restarts_.size() >= kRestartPauses.size()) {
    return end("renderer_gone", "the browser on the server keeps failing", now);
  }
  renderer_until_ = kNever;
  restart_at_ = now.monotonic + kRestartPauses[restarts_.size()];
  restarts_.push_back(now.monotonic);
  audit("renderer", std::nullopt, "restarting");
  shows_again_ = !shown_.empty();
  take_back();
  tell(renderer_state({}));
  tell_people();
  if (restart_at_ <= now.monotonic) restart(now);
}

/// What the browser that is no more has asked, for those who are away as well.
void Session::take_back() {
  control_.set_sensitive(false);
  for (const char* const type : {"dialog", "chooser"}) {
    if (!latest_.contains(type)) continue;
    latest_[type] = {{"t", type}, {"kind", "none"}};
    tell(latest_[type]);
  }
  if (!latest_.contains("sensitive")) return;
  latest_["sensitive"] = {{"t", "sensitive"}, {"on", false}};
  tell(latest_["sensitive"]);
}

void Session::restart(const Now& now) {
  restart_at_ = kNever;
  renderer_until_ = now.monotonic + settings_.renderer_start;
  host_.restart_renderer();
}

void Session::notice(const std::string& text) {
  tell({{"t", "notice"}, {"text", text}});
}

void Session::on_deadline(const Now& now) {
  if (over_) return;
  if (now.monotonic >= renderer_until_) return on_renderer_ended(now);
  if (now.monotonic >= restart_at_) restart(now);
  for (auto& [id, person] : people_) {
    if (person.retry_at > now.monotonic) continue;
    person.retry_at = kNever;
    serve(id, now);
  }
  look_at_ = kNever;
  control_.on_deadline(now);
  flush_control();
  const SessionTimers::Due due = timers_.check(now.monotonic);
  if (due.ended) {
    const std::string reason(end_reason_word(*due.ended));
    return end(reason, "", now);
  }
  if (due.warned) {
    const auto left =
        std::chrono::duration_cast<seconds>(timers_.end_of(*due.warned) - now.monotonic);
    tell({{"t", "warning"}, {"reason", end_reason_word(*due.warned)}, {"ends_in_s", left.count()}});
  }
  if (due.relieved) tell({{"t", "relieved"}});
}

void Session::note_input(const Now& now) {
  timers_.on_input(now.monotonic);
  look_at_ = now.monotonic;
}

MonotonicTime Session::next_deadline() const {
  MonotonicTime next = std::min(
      {renderer_until_, restart_at_, look_at_, control_.next_deadline(), timers_.next_deadline()});
  for (const auto& [id, person] : people_) next = std::min(next, person.retry_at);
  return next;
}

void Session::end(std::string_view reason, std::string_view text, const Now& /*now*/) {
  if (over_) return;
  over_ = true;
  host_.to_renderer({{"t", "end"}});
  for (const auto& [id, person] : people_) {
    host_.send(id, {{"t", "bye"}, {"reason", reason}, {"text", text}});
    host_.disconnect(id);
    host_.revoke(id);
  }
  audit("end", std::nullopt, std::string(reason));
  host_.ended(reason);
}

void Session::tell(const Object& message) {
  for (const auto& [id, person] : people_) {
    if (person.here) host_.send(id, message);
  }
}

Session::Object Session::people() const {
  json::array list;
  for (const ParticipantRecord& one : record_.participants) {
    const Person& person = people_.at(one.id);
    list.push_back(Object{{"id", one.id.value},
                          {"name", one.name},
                          {"role", role_word(one.role)},
                          {"here", person.here},
                          {"route", person.route}});
  }
  return {{"t", "people"}, {"people", std::move(list)}};
}

void Session::tell_people() {
  tell(people());
}

Session::Object Session::control_state() const {
  json::array waiting;
  for (const ParticipantId id : control_.waiting()) waiting.emplace_back(id.value);
  const auto holder = control_.holder();
  return {{"t", "control"},
          {"mode", mode_word(control_.mode())},
          {"holder", holder ? json::value(holder->value) : json::value(nullptr)},
          {"waiting", std::move(waiting)},
          {"consent", record_.consent}};
}

Session::Object Session::renderer_state(std::string_view text) const {
  const std::string_view state = renderer_ == RendererState::kStarting  ? "starting"
                                 : renderer_ == RendererState::kRunning ? "running"
                                                                        : "restarting";
  return {{"t", "renderer"}, {"state", state}, {"text", text}};
}

void Session::audit(std::string_view action, std::optional<ParticipantId> who, std::string detail) {
  const ParticipantRecord* const one = who ? find(*who) : nullptr;
  host_.audit({.action = std::string(action),
               .who = one != nullptr ? fmt::format("{} {}", one->id.value, one->name) : "",
               .detail = std::move(detail)});
}

Session::Object Session::describe() const {
  Object body = people();
  const Object control = control_state();
  const auto page = latest_.find("page");
  return {{"id", record_.id},
          {"kind", kind_word(record_.kind)},
          {"name", record_.name},
          {"start_url", record_.start_url},
          {"state", over_                                     ? "ended"
                    : renderer_ == RendererState::kStarting   ? "starting"
                    : renderer_ == RendererState::kRestarting ? "restarting"
                                                              : "running"},
          {"created_at", record_.created_s},
          {"mode", mode_word(control_.mode())},
          {"holder", control.at("holder")},
          {"consent", record_.consent},
          {"title", page == latest_.end() ? json::value("") : page->second.at("title")},
          {"people", body.at("people")}};
}

}  // namespace turnpike::cobrowse
