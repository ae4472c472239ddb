#include "cobrowse/session/control.h"

#include <algorithm>
#include <utility>

namespace turnpike::cobrowse {

std::string_view control_refusal_text(ControlRefusal refusal) {
  switch (refusal) {
    case ControlRefusal::kUnknown:
      return "there is no such participant";
    case ControlRefusal::kNotAllowed:
      return "that is not for this role in this mode";
    case ControlRefusal::kNoRequest:
      return "nobody like that asks for control";
    case ControlRefusal::kFull:
      break;
  }
  return "too many wait for control";
}

Control::Member* Control::find(ParticipantId id) {
  const auto at = std::ranges::find(members_, id, &Member::id);
  return at == members_.end() ? nullptr : &*at;
}

bool Control::may_hold(Role role) const {
  switch (settings_.mode) {
    case ControlMode::kSingle:
    case ControlMode::kShared:
      return role == Role::kVisitor || role == Role::kAgent;
    case ControlMode::kVisitorOnly:
      return role == Role::kVisitor;
    case ControlMode::kAgentOnly:
      return role == Role::kAgent;
    case ControlMode::kViewOnly:
      break;
  }
  return false;
}

void Control::note(ControlEvent event, ParticipantId who, std::optional<ParticipantId> by,
                   bool release_keys) {
  changes_.push_back({.event = event, .who = who, .by = by, .release_keys = release_keys});
}

std::vector<ControlChange> Control::take_changes() {
  return std::exchange(changes_, {});
}

void Control::join(ParticipantId id, Role role) {
  if (find(id) == nullptr) members_.push_back({.id = id, .role = role});
}

void Control::leave(ParticipantId id, const Now& now) {
  Member* const member = find(id);
  if (member == nullptr) return;
  if (forget_request(id)) note(ControlEvent::kWithdrawn, id);
  if (holder_ == id) {
    end_lease(ControlEvent::kLeft, now, {}, true);
  } else if (member->may_hold_keys) {
    note(ControlEvent::kLeft, id, {}, true);
  }
  if (pointer_ == id) pointer_.reset();
  if (focus_ == id) focus_.reset();
  std::erase_if(members_, [id](const Member& one) { return one.id == id; });
}

bool Control::forget_request(ParticipantId id) {
  return std::erase(waiting_, id) > 0;
}

void Control::give(ParticipantId id, const Now& now, std::optional<ParticipantId> by) {
  forget_request(id);
  holder_ = id;
  idle_at_ = now.monotonic + settings_.idle_release;
  note(ControlEvent::kGranted, id, by);
}

void Control::end_lease(ControlEvent event, const Now& now, std::optional<ParticipantId> by,
                        bool pass_on) {
  if (!holder_) return;
  Member* const member = find(*holder_);
  const bool keys = member != nullptr && std::exchange(member->may_hold_keys, false);
  note(event, *holder_, by, keys);
  holder_.reset();
  idle_at_ = kNever;
  if (pass_on && !waiting_.empty()) give(waiting_.front(), now, {});
}

Control::Outcome Control::request(ParticipantId id, const Now& now) {
  const Member* const member = find(id);
  if (member == nullptr) return fail(ControlRefusal::kUnknown);
  if (!may_hold(member->role)) return fail(ControlRefusal::kNotAllowed);
  if (settings_.mode == ControlMode::kShared || holder_ == id) return {};
  if (!holder_) {
    give(id, now, {});
    return {};
  }
  if (std::ranges::find(waiting_, id) != waiting_.end()) return {};
  if (waiting_.size() >= settings_.max_waiting) return fail(ControlRefusal::kFull);
  waiting_.push_back(id);
  note(ControlEvent::kRequested, id);
  return {};
}

Control::Outcome Control::withdraw(ParticipantId id) {
  if (find(id) == nullptr) return fail(ControlRefusal::kUnknown);
  if (!forget_request(id)) return fail(ControlRefusal::kNoRequest);
  note(ControlEvent::kWithdrawn, id);
  return {};
}

Control::Outcome Control::grant(ParticipantId by, ParticipantId to, const Now& now) {
  const Member* const member = find(by);
  if (member == nullptr) return fail(ControlRefusal::kUnknown);
  if (holder_ != by && member->role != Role::kVisitor) return fail(ControlRefusal::kNotAllowed);
  if (std::ranges::find(waiting_, to) == waiting_.end()) return fail(ControlRefusal::kNoRequest);
  end_lease(holder_ == by ? ControlEvent::kReleased : ControlEvent::kTaken, now, by, false);
  give(to, now, by);
  return {};
}

Control::Outcome Control::deny(ParticipantId by, ParticipantId to) {
  const Member* const member = find(by);
  if (member == nullptr) return fail(ControlRefusal::kUnknown);
  if (holder_ != by && member->role != Role::kVisitor) return fail(ControlRefusal::kNotAllowed);
  if (!forget_request(to)) return fail(ControlRefusal::kNoRequest);
  note(ControlEvent::kDenied, to, by);
  return {};
}

Control::Outcome Control::release(ParticipantId id, const Now& now) {
  if (find(id) == nullptr) return fail(ControlRefusal::kUnknown);
  if (holder_ != id) return fail(ControlRefusal::kNotAllowed);
  end_lease(ControlEvent::kReleased, now, {}, true);
  return {};
}

/// Where the agents would go on at once, the mode becomes that of one holder.
Control::Outcome Control::take(ParticipantId id, const Now& now) {
  const Member* const member = find(id);
  if (member == nullptr) return fail(ControlRefusal::kUnknown);
  const ControlMode mode = settings_.mode;
  if (member->role != Role::kVisitor || mode == ControlMode::kViewOnly) {
    return fail(ControlRefusal::kNotAllowed);
  }
  if (holder_ == id) return {};
  if (mode == ControlMode::kShared || mode == ControlMode::kAgentOnly) {
    set_mode(ControlMode::kSingle);
  }
  end_lease(ControlEvent::kTaken, now, id, false);
  give(id, now, {});
  return {};
}

void Control::reset(const Now& now) {
  waiting_.clear();
  end_lease(ControlEvent::kTaken, now, {}, false);
  release_keys_of_all(ControlEvent::kTaken);
}

void Control::release_keys_of_all(ControlEvent event) {
  for (Member& member : members_) {
    if (std::exchange(member.may_hold_keys, false)) {
      note(event, member.id, {}, true);
    }
  }
}

void Control::set_mode(ControlMode mode) {
  if (mode == settings_.mode) return;
  settings_.mode = mode;
  holder_.reset();
  idle_at_ = kNever;
  waiting_.clear();
  pointer_.reset();
  focus_.reset();
  note(ControlEvent::kMode, {});
  release_keys_of_all(ControlEvent::kMode);
}

InputVerdict Control::judge(const Member& member, InputKind kind, MonotonicTime now) const {
  if (kind == InputKind::kRelease) {
    return member.may_hold_keys ? InputVerdict::kAccepted : InputVerdict::kNotHolder;
  }
  if (!may_hold(member.role)) return InputVerdict::kViewOnly;
  const bool pointing = kind == InputKind::kPointer || kind == InputKind::kPress;
  if (sensitive_ && member.role != Role::kVisitor && kind != InputKind::kPointer) {
    return InputVerdict::kSensitive;
  }
  if (settings_.mode == ControlMode::kShared) {
    const bool others = pointer_ && *pointer_ != member.id && now < pointer_until_;
    if (pointing && others) return InputVerdict::kOwned;
    if (kind == InputKind::kKey && focus_ && *focus_ != member.id) return InputVerdict::kOwned;
    return InputVerdict::kAccepted;
  }
  if (holder_ == member.id) return InputVerdict::kAccepted;
  // Who clicks or types first has it, where nobody has and nobody waits.
  const bool is_free = !holder_ && waiting_.empty() && kind != InputKind::kPointer;
  return is_free ? InputVerdict::kAccepted : InputVerdict::kNotHolder;
}

InputVerdict Control::on_input(ParticipantId id, InputKind kind, const Now& now) {
  Member* const member = find(id);
  if (member == nullptr) return InputVerdict::kUnknown;
  const InputVerdict verdict = judge(*member, kind, now.monotonic);
  if (verdict != InputVerdict::kAccepted) return verdict;
  if (kind == InputKind::kRelease) return verdict;
  if (kind != InputKind::kPointer) member->may_hold_keys = true;
  if (settings_.mode == ControlMode::kShared) {
    if (kind == InputKind::kPointer || kind == InputKind::kPress) {
      pointer_ = id;
      pointer_until_ = now.monotonic + settings_.pointer_ownership;
    }
    if (kind == InputKind::kPress || kind == InputKind::kKey) focus_ = id;
    return verdict;
  }
  if (holder_ != id) give(id, now, {});
  idle_at_ = now.monotonic + settings_.idle_release;
  return verdict;
}

void Control::on_deadline(const Now& now) {
  if (holder_ && now.monotonic >= idle_at_) end_lease(ControlEvent::kIdle, now, {}, true);
}

MonotonicTime Control::next_deadline() const {
  return idle_at_;
}

}  // namespace turnpike::cobrowse
