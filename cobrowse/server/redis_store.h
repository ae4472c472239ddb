// Sessions in Redis, for several servers: each session belongs to the one that holds its lease.
// Writing is a thread's work, so that nobody waits for it; while Redis is away the newest state of
// each session waits here. The questions below are asked at once, over another connection.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"
#include "cobrowse/server/redis_link.h"
#include "cobrowse/server/state_store.h"
#include "http/core/attempt_guard.h"

namespace turnpike::cobrowse {

struct RedisStoreSettings {
  RedisAddress address{};
  std::string server{};  // where the others reach this one; its name, too
  seconds lease{15};
  bool bound = true;      // renderers run on this machine, so no other server can take them up
  seconds patience{120};  // of renderers: how long a bound session waits for its server
  std::size_t max_sessions = 8;
  http::AttemptLimits attempts{};
};

/// A session as others are shown it: text of a JSON object.
struct SessionView {
  std::string id{};
  std::string text{};
};

/// Called on the store's thread, which holds no lock of its own then.
struct RedisStoreEvents {
  std::function<std::vector<SessionView>()> views{};
  std::function<void(const std::string& id, const std::string& text)> taken_up{};
  /// Another server has it.
  std::function<void(const std::string& id)> lost{};
};

/// Who has a session.
struct SessionOwner {
  enum class Kind : std::uint8_t { kNobody, kThis, kOther, kNone, kAway };
  Kind kind = Kind::kNone;  // kNone: there is no such session; kNobody: it waits for its server
  std::string server{};     // of kOther
};

class RedisStore final : public StateStore {
 public:
  static constexpr std::size_t kMaxRemovals = 10'000;

  /// The error: Redis cannot be reached, or does not let us in.
  static Result<std::unique_ptr<RedisStore>, std::string> open(RedisStoreSettings settings);
  /// Writes what waits, once, and gives the leases back.
  ~RedisStore() override;
  RedisStore(const RedisStore&) = delete;
  RedisStore& operator=(const RedisStore&) = delete;

  /// Begins to renew leases, and to take sessions up. After sessions().
  void begin(RedisStoreEvents events);
  /// No event comes after it.
  void mute();
  /// Waits until what was put before is written; not for long, and not while Redis is away.
  void flush();
  bool is_away() const { return away_; }

  Result<std::vector<std::string>, std::string> sessions() override;
  Result<void, std::string> claim(std::string_view id) override;
  bool reserve_pin(std::string_view id, std::string_view pin_hash,
                   std::int64_t lifetime_s) override;
  Result<void, std::string> put_session(std::string_view id, std::string_view text) override;
  Result<void, std::string> remove_session(std::string_view id) override;
  std::string fact(std::string_view name) override;
  Result<void, std::string> put_fact(std::string_view name, std::string_view value) override;

  /// kNobody also for one that is taken, until the event for it is over.
  SessionOwner owner_of(const std::string& id);
  /// The record of any server's session as it was written last; empty: there is none.
  std::string state_of(const std::string& id);
  /// Whose invite or PIN has this hash; empty: nobody's.
  Result<std::string, std::string> session_of_invite(const std::string& hash);
  /// The other servers' sessions.
  std::vector<std::string> other_views();
  /// Another server with room for a session; empty: none.
  std::string server_with_room();
  /// Seconds that whoever guesses has to wait; the same on every server.
  std::uint64_t guess_wait(const std::string& suspect_hash);
  void guess_failed(const std::string& suspect_hash);

 private:
  struct Owned {
    std::string fence{};
    std::string text{};  // empty: claimed, and not put yet
    std::string view{};
    bool waits = false;  // to be written
    bool is_up = true;   // false: not taken up yet, as others see it
  };
  explicit RedisStore(RedisStoreSettings settings);
  Result<RedisReply, std::string> ask(const std::vector<std::string>& command);
  /// Texts by id.
  Result<std::map<std::string, std::string>, std::string> take(bool from_earlier_run);
  void leave_to_others(const std::string& id, const std::string& fence, std::string_view why);
  void run();
  bool turn();
  bool write(const std::string& id, const Owned& what);
  bool write_all(bool renew);
  bool remove_all();
  bool register_here();
  void take_up();
  void note(const Result<void, std::string>& result);
  std::string key(std::string_view kind, std::string_view name = {}) const;

  const RedisStoreSettings settings_;
  RedisLink writer_, asker_;
  std::atomic<bool> away_ = false;

  std::mutex mutex_;  // of these
  std::condition_variable wake_, done_;
  std::map<std::string, Owned> owned_;
  std::map<std::string, Owned> removed_;
  std::uint64_t wanted_ = 0, finished_ = 0;  // flushes
  bool stopping_ = false;

  std::mutex events_mutex_;
  RedisStoreEvents events_;
  // Of the thread:
  std::chrono::steady_clock::time_point renew_at_{}, take_from_{};
  std::set<std::string> senseless_;  // sessions that are left to others
  std::thread thread_;
};

}  // namespace turnpike::cobrowse
