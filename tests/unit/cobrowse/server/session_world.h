// One session with a host that writes everything down, and time that goes on when a test says so.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cobrowse/server/session.h"
#include "http/core/json.h"

namespace turnpike::cobrowse {

using Object = boost::json::object;

/// Members by their JSON: json(R"({"t":"ping"})").
inline Object json(const std::string& text) {
  return *http::parse_json_object(text);
}

class FakeHost final : public SessionHost {
 public:
  void send(ParticipantId to, const Object& message) override { sent[to.value].push_back(message); }
  void disconnect(ParticipantId who) override { disconnected.push_back(who.value); }
  bool to_renderer(const Object& message) override {
    if (connected) renderer.push_back(message);
    return connected;
  }
  boost::json::array ice_servers(ParticipantId who, bool for_browser) override {
    return {(for_browser ? "p" : "r") + std::to_string(who.value)};
  }
  void revoke(ParticipantId who) override { revoked.push_back(who.value); }
  void save() override { ++saves; }
  void audit(const AuditNote& note) override { notes.push_back(note); }
  void restart_renderer() override { ++restarts; }
  void ended(std::string_view reason) override { end_reason = reason; }

  std::map<std::uint32_t, std::vector<Object>> sent;
  std::vector<Object> renderer;
  std::vector<std::uint32_t> disconnected, revoked;
  std::vector<AuditNote> notes;
  bool connected = true;
  int saves = 0, restarts = 0;
  std::string end_reason;
};

struct SessionWorld {
  static constexpr std::int64_t kStart_s = 1'800'000'000;

  explicit SessionWorld(const SessionSettings& with = {}, SessionRecord record = fresh())
      : session(std::move(record), with, host, now) {}

  static SessionRecord fresh() {
    return {.id = "s", .name = "Help", .start_url = "https://example.org/", .created_s = kStart_s};
  }
  void pass(Duration time) {
    now.monotonic += time;
    now.wall += time;
  }
  /// Time goes on deadline by deadline, as the server's thread has it.
  void run(Duration time) {
    const MonotonicTime end = now.monotonic + time;
    while (!session.is_over() && session.next_deadline() <= end) {
      if (session.next_deadline() > now.monotonic) pass(session.next_deadline() - now.monotonic);
      session.on_deadline(now);
    }
    if (end > now.monotonic) pass(end - now.monotonic);
  }
  ParticipantId enter(Role role, const std::string& name = "x") {
    const ParticipantId id = *session.add(name, role, "hash " + name, now);
    session.on_hello(id, now);
    return id;
  }
  void say(ParticipantId who, const std::string& text) { session.on_message(who, json(text), now); }
  void renderer_says(const std::string& text) { session.on_renderer_message(json(text), now); }
  void renderer_comes(const std::vector<std::uint32_t>& viewers = {}) {
    session.on_renderer_hello(viewers, now);
  }
  void forget() {
    host.sent.clear();
    host.renderer.clear();
    host.notes.clear();
  }

  static std::size_t count(const std::vector<Object>& all, std::string_view type) {
    std::size_t n = 0;
    for (const Object& one : all) n += one.at("t") == boost::json::value(type) ? 1U : 0U;
    return n;
  }
  /// The last one of a type; an empty object when there is none.
  static Object last(const std::vector<Object>& all, std::string_view type) {
    Object found;
    for (const Object& one : all) {
      if (one.at("t") == boost::json::value(type)) found = one;
    }
    return found;
  }
  std::size_t told(ParticipantId who, std::string_view type) {
    return count(host.sent[who.value], type);
  }
  Object heard(ParticipantId who, std::string_view type) {
    return last(host.sent[who.value], type);
  }
  bool noted(std::string_view action) const {
    for (const AuditNote& note : host.notes) {
      if (note.action == action) return true;
    }
    return false;
  }

  Now now{MonotonicTime(std::chrono::hours(1000)), WallTime(seconds(kStart_s))};
  FakeHost host;
  Session session;
};

inline constexpr const char* kMove = R"({"t":"move","x":1,"y":2,"f":1})";
inline constexpr const char* kDown = R"({"t":"down","x":1,"y":2,"f":1,"button":0,"mods":0})";
inline constexpr const char* kText = R"({"t":"text","text":"a"})";

/// Visitor, agent and renderer are there.
struct Room : SessionWorld {
  explicit Room(const SessionSettings& with = {}) : SessionWorld(with) {
    renderer_comes();
    visitor = enter(Role::kVisitor, "Ann");
    agent = enter(Role::kAgent, "Bob");
    forget();
  }
  void allow(bool control = true) {
    session.on_message(visitor, {{"t", "consent"}, {"control", control}}, now);
  }
  bool takes(ParticipantId who, const std::string& text) {
    const std::size_t before = host.renderer.size();
    say(who, text);
    return host.renderer.size() > before && host.renderer.back().contains("viewer") &&
           host.renderer.back().at("t") != "release_keys";
  }
  std::string holder() { return http::to_json(session.describe().at("holder")); }
  ParticipantId visitor, agent;
};

}  // namespace turnpike::cobrowse
