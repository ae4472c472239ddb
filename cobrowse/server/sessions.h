// All sessions of this server: made, found, joined, ended; their sockets and renderers. Any thread;
// one lock, since nothing under it waits
// for anybody, but a new invite for Redis where several servers share that.
#pragma once

#include <boost/json/object.hpp>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/digests.h"
#include "base/rng.h"
#include "cobrowse/server/renderer_backend.h"
#include "cobrowse/server/session.h"
#include "cobrowse/server/state_store.h"
#include "credentials/core/ice_urls.h"
#include "credentials/core/mint.h"
#include "credentials/core/revocation.h"
#include "http/core/attempt_guard.h"
#include "http/server/web_socket.h"

namespace turnpike::cobrowse {

struct SessionsSettings {
  SessionSettings session{};
  ControlMode mode = ControlMode::kSingle;
  std::size_t max_sessions = 8;
  std::string public_url{};     // without a slash at its end
  std::string public_prefix{};  // "/public"
  std::string internal_prefix{};
  seconds pin_lifetime{600};
  seconds link_lifetime{86400};
  http::AttemptLimits attempts{};
  credentials::MintSettings mint{};
  std::vector<credentials::RelayEntry> relays{};
  boost::json::object renderer_orders{};  // what is the same for every session
};

/// Problem details for REST.
struct Refusal {
  unsigned status = 400;
  std::string detail{};
  std::uint64_t retry_after_s = 0;
};

struct Services {
  Rng& rng;
  const Digests& digests;
  StateStore& store;
  RendererBackend& backend;
  std::function<Now()> now;
  /// Tells the relays, later and on another thread.
  std::function<void(std::vector<credentials::Revocation>)> revoke;
  std::function<void(const std::string& session, const AuditNote&)> audit;
};

struct NewSession {
  SessionKind kind = SessionKind::kUniversal;
  std::string name{};
  std::string start_url{};
  std::optional<ControlMode> mode{};
  std::string owner{};
};

struct Joined {
  std::string session;
  std::string token;
};

class Sessions {
 public:
  using Object = boost::json::object;

  Sessions(SessionsSettings settings, Services services);
  /// Sessions are kept, renderers go on.
  ~Sessions();
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;

  /// Takes up what the store has, and begins to mind the time.
  Result<void, std::string> start(std::string renderer_url);

  Result<Object, Refusal> make(const NewSession& wanted);
  boost::json::array list();
  std::optional<Object> find(const std::string& id);
  bool end(const std::string& id, std::string_view by);
  Result<Object, Refusal> invite(const std::string& id, Role role);
  Result<Joined, Refusal> join(const std::string& id, const std::string& name, Role role);
  /// By a link's token or a PIN; `from` is the address that guesses are counted by.
  Result<Joined, Refusal> join_invited(const std::string& token, const std::string& pin,
                                       const std::string& name, const IpAddress& from);

  std::size_t count();
  std::size_t max() const { return settings_.max_sessions; }

  // Sockets. `who` names a participant in on_text and on_closed.
  struct Attached {
    std::string session;
    ParticipantId who{};
    std::uint64_t socket = 0;  // a newer one of the same participant has another number
  };
  std::optional<Attached> attach(std::string_view token, std::shared_ptr<http::WebSocket> socket);
  void on_text(const Attached& who, const Object& message);
  void on_closed(const Attached& who);

  /// Whether a renderer with this token may speak for a session.
  bool is_renderer(const std::string& session, std::string_view token);
  std::uint64_t attach_renderer(const std::string& session,
                                std::shared_ptr<http::WebSocket> socket);
  void on_renderer_text(const std::string& session, std::uint64_t socket, const Object& message);
  void on_renderer_closed(const std::string& session, std::uint64_t socket);

  // Where several servers share a store: a session of another server's comes here, or one of ours
  // has gone there; its people and its renderer come back and are sent there.
  void take_up(const std::string& text);
  void let_go(const std::string& id);

  /// Whose token it is, for documents.
  std::optional<std::string> session_of(std::string_view participant_token);
  void tell_documents(const std::string& session, const boost::json::array& list);
  void tell_renderer(const std::string& session, const Object& message);

 private:
  struct Entry;  // a session with its host
  std::string random_token();
  std::string hash(std::string_view text) const;
  Object make_invite(Entry& entry, Role role);
  Result<Joined, Refusal> add_person(Entry& entry, const std::string& name, Role role);
  Result<void, std::string> start_renderer(Entry& entry);
  Entry* find_entry(const std::string& id);
  void sweep();
  void run();

  const SessionsSettings settings_;
  const Services services_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::string renderer_url_;
  http::AttemptGuard guesses_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;
  std::uint64_t last_socket_ = 0;
  std::thread thread_;
};

}  // namespace turnpike::cobrowse
