#include "cobrowse/server/session_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "base/base64.h"
#include "http/core/json.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;

constexpr std::int64_t kLatest_s = 4'102'444'800;  // the year 2100

constexpr std::array kRoles = {
    std::pair{"visitor", Role::kVisitor}, std::pair{"agent", Role::kAgent},
    std::pair{"observer", Role::kObserver}, std::pair{"recorder", Role::kRecorder}};
constexpr std::array kModes = {std::pair{"single", ControlMode::kSingle},
                               std::pair{"shared", ControlMode::kShared},
                               std::pair{"visitor-only", ControlMode::kVisitorOnly},
                               std::pair{"agent-only", ControlMode::kAgentOnly},
                               std::pair{"view-only", ControlMode::kViewOnly}};
constexpr std::array kKinds = {std::pair{"universal", SessionKind::kUniversal},
                               std::pair{"document", SessionKind::kDocument}};

template <class Table, class Value>
std::string_view word_of(const Table& table, Value value) {
  for (const auto& [word, one] : table) {
    if (one == value) return word;
  }
  return table[0].first;
}

template <class Value, class Table>
Result<Value, std::string> parse(const Table& table, std::string_view text, const char* what) {
  std::string words;
  for (const auto& [word, value] : table) {
    if (text == word) return value;
    words += (words.empty() ? "" : ", ") + std::string(word);
  }
  return fail(fmt::format("{}: write one of {}", what, words));
}

/// Members that our own text has; whatever is missing is empty.
class Reader {
 public:
  explicit Reader(const json::object& object) : object_(object) {}
  std::string text(std::string_view name) const {
    const auto value = http::text_member(object_, name);
    return value ? value->value_or("") : "";
  }
  std::int64_t number(std::string_view name) const {
    const auto value = http::number_member(object_, name);
    return value ? value->value_or(0) : 0;
  }
  /// 0: none.
  std::uint32_t id(std::string_view name) const {
    const std::int64_t value = number(name);
    return value < 0 || value > 0xffffffff ? 0U : static_cast<std::uint32_t>(value);
  }
  bool flag(std::string_view name) const {
    const auto value = http::flag_member(object_, name);
    return value && value->value_or(false);
  }
  template <class Take>
  void each(std::string_view name, const Take& take) const {
    const json::value* const value = object_.if_contains(name);
    if (value == nullptr || !value->is_array()) return;
    for (const json::value& one : value->get_array()) {
      if (one.is_object()) take(Reader(one.get_object()));
    }
  }

 private:
  const json::object& object_;
};

}  // namespace

std::optional<KnownPerson> find_person(const SessionRecord& record, std::string_view token_hash) {
  const auto found =
      std::ranges::find(record.participants, token_hash, &ParticipantRecord::token_hash);
  if (found == record.participants.end()) return std::nullopt;
  return KnownPerson{record.id, found->role, found->id, found->name};
}

std::string hash_pin(const Digests& digests, const std::vector<Secret>& secrets,
                     std::string_view pin) {
  const std::string_view key = secrets.empty() ? std::string_view() : secrets.front().reveal();
  return hex_encode(digests.hmac_sha256(as_bytes(key), {as_bytes("turnpike pin "), as_bytes(pin)}));
}

std::string_view role_word(Role role) {
  return word_of(kRoles, role);
}
std::string_view mode_word(ControlMode mode) {
  return word_of(kModes, mode);
}
std::string_view kind_word(SessionKind kind) {
  return word_of(kKinds, kind);
}
Result<Role, std::string> parse_role(std::string_view word) {
  return parse<Role>(kRoles, word, "role");
}
Result<ControlMode, std::string> parse_mode(std::string_view word) {
  return parse<ControlMode>(kModes, word, "mode");
}
Result<SessionKind, std::string> parse_kind(std::string_view word) {
  return parse<SessionKind>(kKinds, word, "kind");
}

std::string to_text(const SessionRecord& record) {
  json::array participants, invites;
  for (const ParticipantRecord& one : record.participants) {
    participants.push_back(json::object{{"id", one.id.value},
                                        {"name", one.name},
                                        {"role", role_word(one.role)},
                                        {"token_hash", one.token_hash},
                                        {"joined", one.joined_s},
                                        {"seen", one.seen}});
  }
  for (const InviteRecord& one : record.invites) {
    invites.push_back(json::object{{"token_hash", one.token_hash},
                                   {"pin_hash", one.pin_hash},
                                   {"role", role_word(one.role)},
                                   {"link_until", one.link_until_s},
                                   {"pin_until", one.pin_until_s}});
  }
  return http::to_json(json::object{{"id", record.id},
                                    {"kind", kind_word(record.kind)},
                                    {"name", record.name},
                                    {"start_url", record.start_url},
                                    {"url", record.url},
                                    {"owner", record.owner},
                                    {"mode", mode_word(record.mode)},
                                    {"created", record.created_s},
                                    {"consent", record.consent},
                                    {"visitor_came", record.visitor_came},
                                    {"renderer", record.renderer},
                                    {"renderer_uid", record.renderer_uid},
                                    {"renderer_token_hash", record.renderer_token_hash},
                                    {"last_participant", record.last_participant},
                                    {"participants", std::move(participants)},
                                    {"invites", std::move(invites)}});
}

Result<SessionRecord, std::string> parse_session_record(std::string_view text) {
  const auto object = http::parse_json_object(text, {.bytes = 1 << 20, .depth = 8});
  if (!object) return fail(object.error());
  const Reader reader(*object);
  const auto kind = parse_kind(reader.text("kind"));
  const auto mode = parse_mode(reader.text("mode"));
  if (!kind) return fail(kind.error());
  if (!mode) return fail(mode.error());
  SessionRecord record{.id = reader.text("id"),
                       .kind = *kind,
                       .name = reader.text("name"),
                       .start_url = reader.text("start_url"),
                       .url = reader.text("url"),
                       .owner = reader.text("owner"),
                       .mode = *mode,
                       .created_s = reader.number("created"),
                       .consent = reader.flag("consent"),
                       .visitor_came = reader.flag("visitor_came"),
                       .renderer = reader.text("renderer"),
                       .renderer_token_hash = reader.text("renderer_token_hash"),
                       .renderer_uid = reader.id("renderer_uid"),
                       .last_participant = reader.id("last_participant")};
  if (record.id.empty()) return fail(std::string("id is missing"));
  if (record.renderer.empty()) record.renderer = record.id;  // as versions without a pool named it
  if (record.created_s <= 0 || record.created_s > kLatest_s) {
    return fail(std::string("created makes no sense"));
  }
  reader.each("participants", [&](const Reader& one) {
    const ParticipantId id{one.id("id")};
    // A number that is nobody's or somebody else's would be given twice.
    if (id.value == 0 || id.value > record.last_participant ||
        std::ranges::find(record.participants, id, &ParticipantRecord::id) !=
            record.participants.end()) {
      return;
    }
    record.participants.push_back({.id = id,
                                   .name = one.text("name"),
                                   .role = parse_role(one.text("role")).value_or(Role::kObserver),
                                   .token_hash = one.text("token_hash"),
                                   .joined_s = one.number("joined"),
                                   .seen = one.flag("seen")});
  });
  reader.each("invites", [&](const Reader& one) {
    record.invites.push_back({.token_hash = one.text("token_hash"),
                              .pin_hash = one.text("pin_hash"),
                              .role = parse_role(one.text("role")).value_or(Role::kObserver),
                              .link_until_s = one.number("link_until"),
                              .pin_until_s = one.number("pin_until")});
  });
  return record;
}

}  // namespace turnpike::cobrowse
