// Sessions over a real state file, with renderers, relays, sockets and time that a test pretends.
#pragma once

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

#include "cobrowse/server/sessions.h"
#include "http/core/json.h"
#include "relay/crypto/openssl_digests.h"
#include "tests/unit/service/temp_folder.h"

namespace turnpike::cobrowse {

using Object = boost::json::object;

class FakeBackend final : public RendererBackend {
 public:
  Result<void, std::string> start(const std::string& renderer, const Object& with) override {
    const std::lock_guard lock(mutex);
    if (!failure.empty()) return fail(failure);
    started.push_back(renderer);
    orders[renderer] = with;
    return {};
  }
  void stop(const std::string& renderer) override {
    const std::lock_guard lock(mutex);
    stopped.push_back(renderer);
  }
  std::vector<std::string> take_ended() override {
    const std::lock_guard lock(mutex);
    return std::exchange(ended, {});
  }
  std::size_t starts() {
    const std::lock_guard lock(mutex);
    return started.size();
  }
  std::string newest() {
    const std::lock_guard lock(mutex);
    return started.empty() ? "" : started.back();
  }
  std::string token(const std::string& renderer) {
    const std::lock_guard lock(mutex);
    return std::string(orders[renderer].at("token").as_string());
  }
  void end(std::vector<std::string> renderers) {
    const std::lock_guard lock(mutex);
    ended = std::move(renderers);
  }

  std::mutex mutex;
  std::map<std::string, Object> orders;
  std::vector<std::string> started, stopped, ended;
  std::string failure;
};

class FakeSocket final : public http::WebSocket {
 public:
  bool send(std::string message, bool) override {
    if (closed || is_full) return false;
    sent.push_back(*http::parse_json_object(message));
    return true;
  }
  void close(std::uint16_t with, std::string_view) override {
    closed = true;
    code = with;
  }
  Object last(std::string_view type) const {
    Object found;
    for (const Object& one : sent) {
      if (one.at("t") == boost::json::value(type)) found = one;
    }
    return found;
  }
  std::vector<Object> sent;
  bool closed = false, is_full = false;
  std::uint16_t code = 0;
};

/// Within five seconds; the server's own thread looks every 200 ms.
template <class Condition>
bool comes(const Condition& condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

struct SessionsWorld {
  static SessionsSettings defaults() {
    SessionsSettings settings;
    settings.max_sessions = 2;
    settings.public_url = "https://help.example.org";
    settings.public_prefix = "/public";
    settings.internal_prefix = "/app";
    settings.attempts = {.free = 3};
    settings.mint.secrets = {Secret("north")};
    settings.relays = {{.host = "turn.example.org", .region = "", .stun = false}};
    settings.renderer_orders = {{"width", 1280}};
    return settings;
  }
  explicit SessionsWorld(SessionsSettings with = defaults()) : settings(std::move(with)) { open(); }

  /// As after a restart of the server.
  void open() {
    sessions.reset();
    store.reset();
    store = *StateStore::open(folder.file("state.db"));
    sessions = std::make_unique<Sessions>(
        settings, Services{.rng = rng,
                           .digests = digests,
                           .store = *store,
                           .backend = backend,
                           .now = [this] { return time(); },
                           .revoke =
                               [this](const std::vector<credentials::Revocation>& rules) {
                                 const std::lock_guard lock(mutex);
                                 revoked.insert(revoked.end(), rules.begin(), rules.end());
                               },
                           .audit =
                               [this](const std::string& session, const AuditNote& note) {
                                 const std::lock_guard lock(mutex);
                                 notes.emplace_back(session, note);
                               },
                           .forget = forget,
                           .machine =
                               [this] {
                                 const std::lock_guard lock(mutex);
                                 return machine;
                               },
                           .running_uids =
                               [this] {
                                 const std::lock_guard lock(mutex);
                                 return running_uids;
                               }});
  }
  Now time() {
    const std::lock_guard lock(mutex);
    return now;
  }
  void pass(Duration by) {
    const std::lock_guard lock(mutex);
    now.monotonic += by;
    now.wall += by;
  }
  Object make(const std::string& name = "Help") {
    return *sessions->make({.name = name, .start_url = "https://example.org/", .owner = "shop"});
  }
  static std::string id_of(const Object& made) { return std::string(made.at("id").as_string()); }
  static std::string pin_of(const Object& made) {
    return std::string(made.at("invite").at("pin").as_string());
  }
  static std::string link_of(const Object& made) {
    const std::string url(made.at("invite").at("url").as_string());
    return url.substr(url.find('=') + 1);
  }
  /// As the state file has it.
  SessionRecord record_of(const std::string& session) {
    const auto kept = store->sessions();
    for (const std::string& text : *kept) {
      if (auto record = parse_session_record(text); record && record->id == session) {
        return *record;
      }
    }
    return {};
  }
  std::string renderer_of(const std::string& session) { return record_of(session).renderer; }
  Result<Joined, Refusal> by_link(const std::string& link) {
    return sessions->join_invited(link, "", "Ann", address);
  }
  Result<Joined, Refusal> by_pin(const std::string& pin) {
    return sessions->join_invited("", pin, "Ann", address);
  }
  /// All that the state file's files have in them.
  std::string state_bytes() {
    std::stringstream bytes;
    for (const auto& entry : std::filesystem::directory_iterator(folder.file(""))) {
      bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    }
    return bytes.str();
  }

  service::TempFolder folder;
  std::function<void(const std::string&)> forget;  // for the next open()
  SessionsSettings settings;
  SeededRng rng{7};
  crypto::OpensslDigests digests;
  FakeBackend backend;
  std::mutex mutex;
  Now now{MonotonicTime(std::chrono::hours(1000)), WallTime(seconds(1'800'000'000))};
  Machine machine;
  std::set<std::uint32_t> running_uids;
  std::vector<credentials::Revocation> revoked;
  std::vector<std::pair<std::string, AuditNote>> notes;
  IpAddress address = IpAddress::v4(192, 0, 2, 1);
  std::unique_ptr<StateStore> store;
  std::unique_ptr<Sessions> sessions;
};

}  // namespace turnpike::cobrowse
