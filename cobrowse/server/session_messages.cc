// What participants and the renderer say, and what the session makes of it.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "cobrowse/server/input_message.h"
#include "cobrowse/server/relay_only.h"
#include "cobrowse/server/session.h"
#include "http/core/json.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;
using http::number_of;
using http::text_of;

constexpr std::size_t kMaxSdp = 65536;
constexpr std::size_t kMaxCandidate = 512;
constexpr std::size_t kMaxWord = 16;
constexpr std::size_t kMaxReason = 200;
constexpr std::size_t kMaxUrl = 8192;
constexpr std::size_t kMaxTitle = 1000;
constexpr seconds kRefusalEvery{1};

bool names_any(const json::object& files) {
  const json::value* const list = files.if_contains("documents");
  return list != nullptr && list->is_array() && !list->get_array().empty();
}

/// Cut where it is long; a character that the cut goes through is replaced.
std::string shortened(std::string_view text, std::size_t most) {
  return to_utf8(text.substr(0, most));
}

ParticipantId viewer_of(const json::object& message, std::string_view name) {
  const std::int64_t number = number_of(message, name);
  return {number < 0 || number > 0xffffffff ? 0U : static_cast<std::uint32_t>(number)};
}

std::string_view refusal(InputVerdict verdict) {
  switch (verdict) {
    case InputVerdict::kViewOnly:
      return "this session is for looking only";
    case InputVerdict::kNotHolder:
      return "you do not have control";
    case InputVerdict::kOwned:
      return "somebody else is pointing";
    case InputVerdict::kSensitive:
      return "only the visitor types here";
    case InputVerdict::kAccepted:
    case InputVerdict::kUnknown:
      break;
  }
  return "you are not in this session";
}

std::string_view event_word(ControlEvent event) {
  switch (event) {
    case ControlEvent::kRequested:
      return "requested";
    case ControlEvent::kWithdrawn:
      return "withdrawn";
    case ControlEvent::kDenied:
      return "denied";
    case ControlEvent::kGranted:
      return "granted";
    case ControlEvent::kReleased:
      return "released";
    case ControlEvent::kTaken:
      return "taken";
    case ControlEvent::kIdle:
      return "idle";
    case ControlEvent::kLeft:
      return "left";
    case ControlEvent::kMode:
      break;
  }
  return "mode";
}

/// In the audit log and in the session's record: nobody fills them.
bool is_written_down(std::string_view type) {
  return type == "consent" || type == "control" || type == "mode";
}

}  // namespace

void Session::on_message(ParticipantId who, const Object& message, const Now& now) {
  const ParticipantRecord* const one = find(who);
  if (over_ || one == nullptr) return;
  const std::string type = text_of(message, "t");
  if (type == "ping") return host_.send(who, {{"t", "pong"}, {"n", number_of(message, "n")}});
  if (on_media(who, type, message, now)) return;
  if (type == "leave") return leave(who, "left", "", now);
  if (is_written_down(type) && !people_[who].changes.take(now.monotonic, 1)) {
    return refuse_input(who, "that is too often", now);
  }
  if (type == "control") return on_control(who, message, now);
  const bool decides = one->role == Role::kVisitor || one->role == Role::kAgent;
  if (type == "consent") {
    const auto control = http::flag_member(message, "control");
    return on_consent(who, control && control->value_or(false), now);
  }
  if (type == "end" && decides) return end("ended", "", now);
  if (type == "mode" && decides) {
    const auto mode = parse_mode(text_of(message, "mode"));
    if (!mode) return host_.send(who, {{"t", "error"}, {"text", mode.error()}});
    if (*mode == record_.mode) return tell_control("mode", who);
    record_.mode = *mode;
    control_.set_mode(*mode);
    host_.save();
    flush_control();
    return tell_control("mode", who);
  }
  on_input(who, type, message, now);
}

bool Session::on_media(ParticipantId who, std::string_view type, const Object& message,
                       const Now& now) {
  if (type == "answer") {
    const std::string sdp = text_of(message, "sdp");
    if (sdp.size() <= kMaxSdp) {
      host_.to_renderer(
          {{"t", "answer"}, {"viewer", who.value}, {"sdp", only_relay_candidates(sdp)}});
    }
    return true;
  }
  if (type == "candidate") return on_candidate(who, message), true;
  if (type == "pair") return on_pair(who, "the browser", message, now), true;
  if (type == "stats") return true;  // for his own page and the desk; nothing is kept
  return false;
}

void Session::on_candidate(ParticipantId who, const Object& message) {
  const std::string candidate = text_of(message, "candidate");
  if (candidate.empty() || candidate.size() > kMaxCandidate) return;
  if (!is_relay_candidate(candidate)) {
    host_.send(who, {{"t", "error"}, {"text", "only relayed candidates are taken"}});
    return;
  }
  host_.to_renderer({{"t", "candidate"}, {"viewer", who.value}, {"candidate", candidate}});
}

/// Both ends say what they use. One that is not relayed at both ends is cut and written down.
void Session::on_pair(ParticipantId who, std::string_view side, const Object& message,
                      const Now& now) {
  const std::string local = text_of(message, "local"), remote = text_of(message, "remote");
  std::string protocol = text_of(message, "protocol");
  if (protocol != "udp" && protocol != "tcp" && protocol != "tls") protocol = "unknown";
  const std::string said = fmt::format("{}: {}/{} {}", side, shortened(local, kMaxWord),
                                       shortened(remote, kMaxWord), protocol);
  if (local != "relay" || remote != "relay") {
    audit("not relayed", who, said);
    return leave(who, "not_relayed", "the connection would not have gone through the relay", now);
  }
  const std::string route = "relay/" + protocol;
  const bool browser = side == "the browser";
  if (browser && people_[who].route == route) return;  // said again: nothing new for anybody
  if (browser && !people_[who].changes.take(now.monotonic, 1)) return;
  audit("relayed", who, said);
  if (!browser) return;
  people_[who].route = route;
  tell_people();
}

void Session::on_consent(ParticipantId who, bool control, const Now& now) {
  const ParticipantRecord& one = *find(who);
  if (one.role != Role::kVisitor || record_.consent == control) return;
  record_.consent = control;
  host_.save();
  audit("consent", who, control ? "control" : "view only");
  hold_to_consent(who, now);
  tell_control("consent", who);
}

/// Whoever has control without consent has it no longer, nor waits for it, nor holds keys down.
void Session::hold_to_consent(ParticipantId visitor, const Now& now) {
  if (record_.consent) return;
  const auto holder = control_.holder();
  for (const ParticipantRecord& one : record_.participants) {
    if (one.role == Role::kVisitor) continue;
    static_cast<void>(control_.withdraw(one.id));
    if (holder == one.id) static_cast<void>(control_.take(visitor, now));
    if (control_.mode() == ControlMode::kShared) {
      host_.to_renderer({{"t", "release_keys"}, {"viewer", one.id.value}});
    }
  }
  flush_control();
}

/// It protects the visitor, so it counts from when there is one; and after he has left, since the
/// browser still is where he was.
bool Session::needs_consent(Role role) const {
  return role != Role::kVisitor && !record_.consent && record_.visitor_came;
}

void Session::on_control(ParticipantId who, const Object& message, const Now& now) {
  const std::string what = text_of(message, "do");
  const ParticipantId other = viewer_of(message, "who");
  const auto done = [&]() -> Control::Outcome {
    if (what == "request") {
      if (needs_consent(find(who)->role)) return fail(ControlRefusal::kNotAllowed);
      return control_.request(who, now);
    }
    if (what == "withdraw") return control_.withdraw(who);
    if (what == "release") return control_.release(who, now);
    if (what == "take") return control_.take(who, now);
    if (what == "grant") return control_.grant(who, other, now);
    if (what == "deny") return control_.deny(who, other);
    return fail(ControlRefusal::kUnknown);
  }();
  flush_control();
  if (done) return;
  const bool consent = what == "request" && needs_consent(find(who)->role);
  host_.send(who, {{"t", "refused"},
                   {"what", "control"},
                   {"why", consent ? "the visitor has not allowed others to help yet"
                                   : control_refusal_text(done.error())}});
}

void Session::flush_control() {
  if (record_.mode != control_.mode()) {  // taking control back may change it
    record_.mode = control_.mode();
    host_.save();
  }
  for (const ControlChange& change : control_.take_changes()) {
    if (change.release_keys) {
      host_.to_renderer({{"t", "release_keys"}, {"viewer", change.who.value}});
    }
    tell_control(event_word(change.event), change.who);
    audit("control", change.who, std::string(event_word(change.event)));
  }
}

void Session::tell_control(std::string_view event, std::optional<ParticipantId> who) {
  Object message = control_state();
  message["event"] = event;
  if (who) message["who"] = who->value;
  tell(message);
}

void Session::on_input(ParticipantId who, std::string_view type, const Object& message,
                       const Now& now) {
  auto input = read_input(type, message);
  if (!input || !*input) {
    host_.send(who, {{"t", "error"},
                     {"text", input ? input->error() : "there is no message of this type"}});
    return;
  }
  const Role role = find(who)->role;
  const bool points = type == "move" && (role == Role::kVisitor || role == Role::kAgent);
  if (points) {  // with control or without: the others see where, and that he is still there
    note_input(now);
    tell_cursor(who, (*input)->forward);
  }
  if (needs_consent(role)) {
    if (points || (*input)->kind == InputKind::kRelease) return;
    return refuse_input(who, "the visitor has not allowed others to help yet", now);
  }
  if (!may_command(who, type, (*input)->forward)) return;
  if (!name_documents(who, type, (*input)->forward)) return;
  const InputVerdict verdict = control_.on_input(who, (*input)->kind, now);
  flush_control();
  if (verdict != InputVerdict::kAccepted) {
    if ((*input)->kind != InputKind::kRelease && type != "move")
      refuse_input(who, refusal(verdict), now);
    return;
  }
  note_input(now);
  Object& forward = (*input)->forward;
  forward["viewer"] = who.value;
  host_.to_renderer(forward);
  if (type == "nav" && text_of(forward, "do") == "go") audit("navigate", who, "typed");
  if (type == "document") {
    shown_ = text_of(forward, "id");
    shown_is_there_ = false;
    audit("document", who, text_of(forward, "name"));
  }
  if (type == "down") tell_cursor(who, forward);
}

void Session::tell_cursor(ParticipantId who, const Object& place) {
  const Object cursor{
      {"t", "cursor"}, {"who", who.value}, {"x", place.at("x")}, {"y", place.at("y")}};
  for (const auto& [id, person] : people_) {
    if (id != who && person.here) host_.send(id, cursor);
  }
}

bool Session::may_command(ParticipantId who, std::string_view type, const Object& message) {
  const char* why = nullptr;
  const bool types_address = type == "nav" && text_of(message, "do") == "go";
  if (types_address && record_.kind == SessionKind::kDocument) {
    why = "this session shows documents only";
  } else if (types_address && !settings_.navigation) {
    why = "addresses cannot be typed in this session";
  } else if (!settings_.clipboard && (type == "copy" || type == "paste")) {
    why = "copying and pasting is off in this session";
  } else if (!settings_.documents &&
             (type == "document" || (type == "files" && names_any(message)))) {
    why = "documents are off in this session";
  }
  if (why != nullptr) host_.send(who, {{"t", "refused"}, {"what", type}, {"why", why}});
  return why == nullptr;
}

void Session::refuse_input(ParticipantId who, std::string_view why, const Now& now) {
  Person& person = people_[who];
  if (person.was_refused && now.monotonic - person.refused_at < kRefusalEvery) return;
  person.was_refused = true;
  person.refused_at = now.monotonic;
  host_.send(who, {{"t", "refused"}, {"what", "input"}, {"why", why}});
}

void Session::on_renderer_message(const Object& message, const Now& now) {
  static constexpr std::array<std::string_view, 5> kKept = {"frame", "tabs", "dialog", "chooser",
                                                            "sensitive"};
  if (over_) return;
  const std::string type = text_of(message, "t");
  const ParticipantId viewer = viewer_of(message, "viewer");
  const bool known = people_.contains(viewer);
  if (type == "offer" && known) {
    return host_.send(viewer,
                      {{"t", "offer"}, {"sdp", only_relay_candidates(text_of(message, "sdp"))}});
  }
  if (type == "candidate" && known && is_relay_candidate(text_of(message, "candidate"))) {
    return host_.send(viewer, {{"t", "candidate"}, {"candidate", text_of(message, "candidate")}});
  }
  if (type == "connected" && known) return on_pair(viewer, "the renderer", message, now);
  if (type == "clipboard" && known) {
    return host_.send(viewer, {{"t", "clipboard"}, {"text", text_of(message, "text")}});
  }
  if (type == "lost" && known) {
    audit("media lost", viewer, shortened(text_of(message, "text"), kMaxReason));
    people_[viewer].served = false;
    people_[viewer].route.clear();
    tell_people();
    return serve(viewer, now);
  }
  if (type == "renderer") {
    const std::string state = text_of(message, "state");
    renderer_ = state == "running"    ? RendererState::kRunning
                : state == "starting" ? RendererState::kStarting
                                      : RendererState::kRestarting;
    return tell(renderer_state(text_of(message, "text")));
  }
  if (type == "refused" && text_of(message, "what") == "document") shown_.clear();
  if (type == "refused" && known) return host_.send(viewer, message);
  if (type == "page") return on_page(message);
  if (type == "sensitive") {
    const auto on = http::flag_member(message, "on");
    control_.set_sensitive(on && on->value_or(false));
  }
  const bool kept = std::ranges::find(kKept, type) != kKept.end();
  if (kept) latest_[type] = message;
  if (kept || type == "notice") tell(message);
}

/// Addresses and titles are the site's own: they are cut before they go to everybody, and only what
/// a new renderer can open again is kept.
void Session::on_page(Object message) {
  const std::string url = shortened(text_of(message, "url"), kMaxUrl);
  message["url"] = url;
  message["title"] = shortened(text_of(message, "title"), kMaxTitle);
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  const auto loading = http::flag_member(message, "loading");
  // What the page before it still says of itself does not count.
  shown_is_there_ |= !web && !shown_.empty();
  if (web && shown_is_there_ && loading && !loading->value_or(false)) shown_.clear();
  if (web && url.size() < kMaxUrl && url != record_.url) {
    record_.url = url;
    audit("page", std::nullopt, url.substr(0, url.find_first_of("?#")));
    host_.save();
  }
  latest_["page"] = message;
  tell(message);
}

}  // namespace turnpike::cobrowse
