// One co-browsing session as its server sees it: people, consent, control, the renderer, and when
// it is over. Messages come in, messages go out through SessionHost; no sockets, threads or clocks.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/token_bucket.h"
#include "cobrowse/server/session_record.h"
#include "cobrowse/session/control.h"
#include "cobrowse/session/session_timers.h"

namespace turnpike::cobrowse {

struct SessionSettings {
  TimerSettings timers{};
  seconds idle_release{20};
  bool audio = false;  // pages' sound goes to people
  bool clipboard = true;
  bool navigation = true;
  bool documents = false;
  bool downloads = false;  // what pages give to be saved is kept among the documents
  bool non_pdf = false;
  unsigned width = 1280;
  unsigned height = 720;
  std::size_t max_people = 16;
  seconds renderer_start{30};  // until a new one says hello
};

struct AuditNote {
  std::string action{};
  std::string who{};  // of a participant: his number and name
  std::string detail{};
};

/// What a session wants done. Nothing here calls back into the session.
class SessionHost {
 public:
  using Object = boost::json::object;
  virtual ~SessionHost() = default;
  virtual void send(ParticipantId to, const Object& message) = 0;
  /// After `bye`: his socket is closed.
  virtual void disconnect(ParticipantId who) = 0;
  /// False: the renderer is not connected.
  virtual bool to_renderer(const Object& message) = 0;
  /// For RTCPeerConnection (`for_browser`), or for the renderer's side of that viewer.
  virtual boost::json::array ice_servers(ParticipantId who, bool for_browser) = 0;
  /// His credentials are good no longer, those of the renderer for him neither.
  virtual void revoke(ParticipantId who) = 0;
  /// The record has changed.
  virtual void save() = 0;
  virtual void audit(const AuditNote& note) = 0;
  /// A renderer is needed anew.
  virtual void restart_renderer() = 0;
  /// The last call.
  virtual void ended(std::string_view reason) = 0;
};

class Session {
 public:
  using Object = boost::json::object;

  Session(SessionRecord record, const SessionSettings& settings, SessionHost& host, const Now& now);

  /// Nothing: it is full.
  std::optional<ParticipantId> add(std::string name, Role role, std::string token_hash,
                                   const Now& now);
  /// Whoever has not said hello within a minute of being added is let in no more.
  void forget_unseen(const Now& now);
  std::optional<ParticipantId> find_by_token(std::string_view token_hash) const;

  void on_hello(ParticipantId who, const Now& now);
  void on_message(ParticipantId who, const Object& message, const Now& now);
  void on_socket_lost(ParticipantId who, const Now& now);

  /// `viewers`: those that it serves already.
  void on_renderer_hello(const std::vector<std::uint32_t>& viewers, const Now& now);
  void on_renderer_message(const Object& message, const Now& now);
  /// Its socket. It may come back; media may go on.
  void on_renderer_lost(const Now& now);
  /// Its process. Another one is wanted, later after each failure.
  void on_renderer_ended(const Now& now);

  void on_documents(const boost::json::array& list);
  void notice(const std::string& text);

  /// Call when next_deadline() has come, or later.
  void on_deadline(const Now& now);
  MonotonicTime next_deadline() const;

  /// By an agent, a back end or the server.
  void end(std::string_view reason, std::string_view text, const Now& now);
  bool is_over() const { return over_; }
  /// Its browser is not up yet.
  bool is_starting() const { return renderer_ != RendererState::kRunning; }

  /// For REST; without invites.
  Object describe() const;
  const SessionRecord& record() const { return record_; }
  SessionRecord& record() { return record_; }

 private:
  static constexpr std::uint64_t kChangesASecond = 1, kChangesAtOnce = 30;
  struct Person {
    bool here = false;
    MonotonicTime gone_at{};  // since when he is not
    std::string route{};      // "relay/udp"
    bool served = false;      // the renderer has a peer for him
    unsigned peers_made = 0;  // since `peers_from`
    MonotonicTime peers_from{};
    MonotonicTime retry_at = kNever;  // there were too many
    TokenBucket changes{kChangesASecond, kChangesAtOnce};
    MonotonicTime refused_at{};  // when he was last told that input was not taken
    bool was_refused = false;
  };
  enum class RendererState : std::uint8_t { kStarting, kRunning, kRestarting };

  void on_input(ParticipantId who, std::string_view type, const Object& message, const Now& now);
  void on_control(ParticipantId who, const Object& message, const Now& now);
  void on_consent(ParticipantId who, bool control, const Now& now);
  void on_candidate(ParticipantId who, const Object& message);
  void on_pair(ParticipantId who, std::string_view side, const Object& message, const Now& now);
  bool on_media(ParticipantId who, std::string_view type, const Object& message, const Now& now);
  bool name_documents(ParticipantId who, std::string_view type, Object& message);
  std::optional<std::string> name_of_document(const std::string& id, bool as_file = false) const;
  void show_again();
  void take_back();
  void restart(const Now& now);
  bool may_command(ParticipantId who, std::string_view type, const Object& message);
  void on_page(Object message);
  void note_input(const Now& now);
  void hold_to_consent(ParticipantId visitor, const Now& now);
  bool needs_consent(Role role) const;
  void tell_cursor(ParticipantId who, const Object& place);
  void refuse_input(ParticipantId who, std::string_view why, const Now& now);

  void serve(ParticipantId who, const Now& now);
  void drop(ParticipantId who);
  void leave(ParticipantId who, std::string_view reason, std::string_view text, const Now& now);
  void welcome(ParticipantId who);
  void tell(const Object& message);
  void tell_people();
  void tell_control(std::string_view event, std::optional<ParticipantId> who);
  void flush_control();
  void audit(std::string_view action, std::optional<ParticipantId> who, std::string detail = {});
  const ParticipantRecord* find(ParticipantId who) const;
  std::size_t here() const;
  bool make_room(const Now& now);
  Object people() const;
  Object control_state() const;
  Object renderer_state(std::string_view text) const;

  SessionRecord record_;
  const SessionSettings settings_;
  SessionHost& host_;
  Control control_;
  SessionTimers timers_;
  std::map<ParticipantId, Person> people_;
  RendererState renderer_ = RendererState::kStarting;
  bool renderer_connected_ = false;
  MonotonicTime renderer_until_ = kNever;  // it has to be back by then
  MonotonicTime restart_at_ = kNever;      // unless it comes back before
  MonotonicTime look_at_ = kNever;         // for warnings that input has undone
  std::vector<MonotonicTime> restarts_;
  bool over_ = false;
  std::string shown_{};  // the document that was shown last, while no page has come after it
  bool shown_is_there_ = false;  // its page has come
  bool shows_again_ = false;     // when its new renderer is there
  // What somebody who comes later has to know.
  std::map<std::string, Object> latest_;  // by type
};

}  // namespace turnpike::cobrowse
