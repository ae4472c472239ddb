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
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/digests.h"
#include "base/rng.h"
#include "cobrowse/server/machine.h"
#include "cobrowse/server/renderer_backend.h"
#include "cobrowse/server/renderer_pool.h"
#include "cobrowse/server/session.h"
#include "cobrowse/server/state_store.h"
#include "cobrowse/server/uid_range.h"
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
  PoolSettings pool{};
  MachineNeeds needs{};            // of a session; asked of Services::machine
  std::optional<UidRange> uids{};  // browsers' users; nothing: what the orders say
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
  /// A session is over, or another server's: what belongs to it can go. May be empty.
  std::function<void(const std::string& session)> forget{};
  /// Nothing: renderers run elsewhere.
  std::function<Machine()> machine{};
  /// Those of SessionsSettings::uids that have processes.
  std::function<std::set<std::uint32_t>()> running_uids{};
};

/// Sessions that were not made, by why.
struct RefusedSessions {
  std::uint64_t full = 0, memory = 0, load = 0;
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
  /// Only who made it may, or one who may end all.
  Result<void, Refusal> end(const std::string& id, std::string_view by, bool may_end_all);
  Result<Object, Refusal> invite(const std::string& id, Role role);
  Result<Joined, Refusal> join(const std::string& id, const std::string& name, Role role);
  /// By a link's token or a PIN; `from` is the address that guesses are counted by.
  Result<Joined, Refusal> join_invited(const std::string& token, const std::string& pin,
                                       const std::string& name, const IpAddress& from);

  /// Seconds until a PIN is looked at again; links always are.
  std::uint64_t pins_wait();

  std::size_t count();
  std::size_t max() const { return settings_.max_sessions; }
  RefusedSessions refused();
  /// Renderers that wait for a session, their browsers up.
  std::size_t warm();
  /// Names of those that serve sessions, for RendererBackend::keep_only().
  std::vector<std::string> renderers();

  // Sockets. `who` names a participant in on_text and on_closed.
  struct Attached {
    std::string session;
    ParticipantId who{};
    std::uint64_t socket = 0;  // a newer one of the same participant has another number
  };
  std::optional<Attached> attach(std::string_view token, std::shared_ptr<http::WebSocket> socket);
  void on_text(const Attached& who, const Object& message);
  void on_closed(const Attached& who);

  /// Renderers, by their names: of a session, or waiting for one.
  bool is_renderer(const std::string& renderer, std::string_view token);
  std::uint64_t attach_renderer(const std::string& renderer,
                                std::shared_ptr<http::WebSocket> socket);
  void on_renderer_text(const std::string& renderer, std::uint64_t socket, const Object& message);
  void on_renderer_closed(const std::string& renderer, std::uint64_t socket);

  // Where several servers share a store: a session of another server's comes here, or one of ours
  // has gone there; its people and its renderer come back and are sent there.
  void take_up(const std::string& text);
  void let_go(const std::string& id);

  // For documents.
  std::optional<KnownPerson> person_of(std::string_view token);
  std::optional<std::string> session_of_renderer(const std::string& renderer,
                                                 std::string_view token);
  void tell_documents(const std::string& session, const boost::json::array& list);
  bool shows_documents() const { return settings_.session.documents; }
  bool keeps_downloads() const { return settings_.session.downloads; }
  /// Into the audit log.
  void note(const std::string& session, const AuditNote& note);

 private:
  struct Entry;  // a session with its host
  struct Socket {
    std::uint64_t number = 0;
    std::shared_ptr<http::WebSocket> socket{};
  };
  /// A link of the pool.
  struct Waiting {
    Socket link{};
    bool said_hello = false;
  };
  std::string random_token();
  std::string hash(std::string_view text) const;
  std::string hash_pin(std::string_view pin) const;
  Object make_invite(Entry& entry, Role role);
  Result<Joined, Refusal> add_person(Entry& entry, const std::string& name, Role role);
  std::optional<Refusal> why_refused();
  Result<void, std::string> start_renderer(Entry& entry);
  void hand_over(Entry& entry, RendererId renderer);
  Result<std::pair<RendererId, Object>, std::string> new_renderer(std::string_view session);
  Result<std::uint32_t, std::string> free_uid();
  void on_waiting_text(const std::string& renderer, std::uint64_t socket, const Object& message);
  void on_ended(const std::string& renderer, const Now& now);
  void remove_waiting(const std::string& renderer);
  void mind_pool(const Now& now);
  Entry* find_entry(const std::string& id);
  Entry* find_by_renderer(std::string_view renderer);
  void sweep();
  void run();

  const SessionsSettings settings_;
  const Services services_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::string renderer_url_;
  http::AttemptGuard guesses_;     // by address
  http::AttemptGuard wrong_pins_;  // all of them together: addresses are cheap
  std::map<std::string, std::unique_ptr<Entry>> entries_;
  RendererPool pool_;
  std::map<std::string, Waiting, std::less<>> waiting_;  // links of the pool, by renderer
  MonotonicTime next_look_{};                            // at the machine, for the pool
  RefusedSessions refused_;
  std::uint64_t last_socket_ = 0;
  std::thread thread_;
};

}  // namespace turnpike::cobrowse
