// Who of a session's participants may point and type: the control lease. One authority decides for
// all of them; what it decided comes out as changes, for the participants, the renderer (keys that
// are still down) and the audit log.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/strong.h"
#include "base/time.h"

namespace turnpike::cobrowse {

/// Of a participant within his session; never given twice.
using ParticipantId = Strong<std::uint32_t, struct ParticipantIdTag>;

enum class Role : std::uint8_t {
  kVisitor,   // whose session it is; may take control back at once
  kAgent,     // helps
  kObserver,  // watches
  kRecorder,  // a program that keeps what it sees
};

enum class ControlMode : std::uint8_t {
  kSingle,       // one holder; others ask for it
  kShared,       // visitor and agents at once
  kVisitorOnly,  // one holder, who is the visitor
  kAgentOnly,    // one holder, an agent
  kViewOnly,     // nobody
};

struct ControlSettings {
  ControlMode mode = ControlMode::kSingle;
  seconds idle_release{20};             // without input of the holder the lease is free again
  milliseconds pointer_ownership{300};  // kShared: so long after a move others' moves are dropped
  std::size_t max_waiting = 16;         // of requests
};

enum class InputKind : std::uint8_t {
  kPointer,  // moves and wheel
  kPress,    // buttons and touches
  kKey,      // keys, text, composition, paste
  kCommand,  // navigation, tabs, dialogs
  kRelease,  // of what is held down: good from anybody who may hold something, and no claim
};

enum class InputVerdict : std::uint8_t {
  kAccepted,
  kUnknown,    // nobody of this session
  kViewOnly,   // the mode or the role has no input
  kNotHolder,  // somebody else has the lease, or nobody
  kOwned,      // kShared: somebody else moves the pointer, or has the text focus
  kSensitive,  // a field that only the visitor may type into
};

enum class ControlEvent : std::uint8_t {
  kRequested,
  kWithdrawn,  // a request, by its owner or since he left
  kDenied,
  kGranted,   // `who` is the holder now
  kReleased,  // by himself
  kTaken,     // by the visitor or an administrator
  kIdle,      // no input for too long
  kLeft,
  kMode,  // the mode has changed; the lease is free
};

struct ControlChange {
  ControlEvent event{};
  ParticipantId who;
  std::optional<ParticipantId> by;  // who did it, where that is somebody else
  bool release_keys = false;        // what `who` holds down has to come up
};

enum class ControlRefusal : std::uint8_t {
  kUnknown,
  kNotAllowed,  // not with this role or mode
  kNoRequest,   // nobody like that waits
  kFull,        // too many wait
};

std::string_view control_refusal_text(ControlRefusal refusal);

class Control {
 public:
  using Outcome = Result<void, ControlRefusal>;

  explicit Control(const ControlSettings& settings) : settings_(settings) {}

  void join(ParticipantId id, Role role);
  void leave(ParticipantId id, const Now& now);

  /// Granted at once where the lease is free, else it waits for the holder. Asking twice is no
  /// error.
  Outcome request(ParticipantId id, const Now& now);
  Outcome withdraw(ParticipantId id);
  /// By the holder or the visitor, to somebody who waits.
  Outcome grant(ParticipantId by, ParticipantId to, const Now& now);
  Outcome deny(ParticipantId by, ParticipantId to);
  Outcome release(ParticipantId id, const Now& now);
  /// The visitor has it from now on, whoever had it; where the mode is not for him it is free.
  Outcome take(ParticipantId id, const Now& now);
  /// By an administrator: free, and nobody waits.
  void reset(const Now& now);
  void set_mode(ControlMode mode);
  /// While the focus is in a password, a card number or what the policy calls private.
  void set_sensitive(bool sensitive) { sensitive_ = sensitive; }

  /// Asked for each piece of input, in order. What is accepted keeps the lease.
  InputVerdict on_input(ParticipantId id, InputKind kind, const Now& now);

  /// Call when next_deadline() has come.
  void on_deadline(const Now& now);
  MonotonicTime next_deadline() const;

  std::optional<ParticipantId> holder() const { return holder_; }
  const std::deque<ParticipantId>& waiting() const { return waiting_; }
  ControlMode mode() const { return settings_.mode; }
  /// What has happened since the last call.
  std::vector<ControlChange> take_changes();

 private:
  struct Member {
    ParticipantId id;
    Role role{};
    bool may_hold_keys = false;  // his input was accepted since his keys were released
  };
  Member* find(ParticipantId id);
  bool may_hold(Role role) const;
  InputVerdict judge(const Member& member, InputKind kind, MonotonicTime now) const;
  void give(ParticipantId id, const Now& now, std::optional<ParticipantId> by);
  /// Ends the lease, and gives it to who waits longest.
  void end_lease(ControlEvent event, const Now& now, std::optional<ParticipantId> by, bool pass_on);
  bool forget_request(ParticipantId id);
  void release_keys_of_all(ControlEvent event);
  void note(ControlEvent event, ParticipantId who, std::optional<ParticipantId> by = {},
            bool release_keys = false);

  ControlSettings settings_;
  std::vector<Member> members_;
  std::optional<ParticipantId> holder_;
  MonotonicTime idle_at_ = kNever;
  std::deque<ParticipantId> waiting_;
  bool sensitive_ = false;
  // kShared
  std::optional<ParticipantId> pointer_;
  MonotonicTime pointer_until_{};
  std::optional<ParticipantId> focus_;
  std::vector<ControlChange> changes_;
};

}  // namespace turnpike::cobrowse
