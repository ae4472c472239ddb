// When a session ends by itself: nobody is there, nothing happens, or it has lasted long enough;
// and when its people are warned of that.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace turnpike::cobrowse {

struct TimerSettings {
  // Zero: never.
  seconds offline{60};     // without a participant
  seconds inactive{600};   // without input
  seconds absolute{7200};  // since the session was made
  seconds warning{60};     // before `inactive` and `absolute`; the first is undone by input
};

enum class EndReason : std::uint8_t { kOffline, kInactive, kAbsolute };

/// "offline", "inactive", "absolute"
std::string_view end_reason_word(EndReason reason);

class SessionTimers {
 public:
  SessionTimers(const TimerSettings& settings, MonotonicTime now);

  /// How many participants there are; observers and recorders count, since they look at it.
  void on_presence(std::size_t participants, MonotonicTime now);
  void on_input(MonotonicTime now);

  struct Due {
    std::optional<EndReason> ended;   // it is over
    std::optional<EndReason> warned;  // it will be over, told once each time
    bool relieved = false;            // what was warned of does not come: there was input
  };
  /// Call when next_deadline() has come, or after on_input().
  Due check(MonotonicTime now);
  MonotonicTime next_deadline() const;

  /// When it will be over for `reason`; kNever: not as things stand.
  MonotonicTime end_of(EndReason reason) const;

 private:
  /// What comes first of those that are warned of.
  std::optional<EndReason> nearest() const;

  const TimerSettings settings_;
  const MonotonicTime made_;
  MonotonicTime last_input_;
  std::optional<MonotonicTime> empty_since_;
  std::optional<EndReason> warned_;
};

}  // namespace turnpike::cobrowse
