// One relay as the service sees it: asked once a second whether it is up (STUN Binding over UDP)
// and whether it drains (its admin socket), and told of revocations. One thread per relay.
#pragma once

#include <boost/json/object.hpp>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"
#include "credentials/core/revocation.h"

namespace turnpike::service {

struct RelayWatchSettings {
  std::string name;        // for the log
  std::string probe_host;  // empty: nobody asks
  std::uint16_t probe_port = 0;
  std::string admin_socket;  // empty: nobody tells
  milliseconds interval{1000};
  milliseconds timeout{800};
  unsigned tolerated = 1;  // unanswered probes before it counts as down
};

/// Who is told of allocations that end; without `position` nobody is.
struct AccountKeeping {
  /// The number to ask the relay after.
  std::function<std::uint64_t(const std::string& relay)> position{};
  /// Waits until all that was given out stands in the ledger, where the accounts look it up. False:
  /// it does not yet, the accounts are to wait.
  std::function<bool()> settle{};
  /// The answer to GET /v1/ended?after=`after`. True: ask again at once, there may be more.
  std::function<bool(const std::string& relay, std::uint64_t after,
                     const boost::json::object& answer)>
      take{};
};

class RelayWatch {
 public:
  /// All rules that hold now: what a relay that was away is told.
  using AllRules = std::function<std::vector<credentials::Revocation>()>;

  RelayWatch(RelayWatchSettings settings, AllRules all_rules, AccountKeeping keeping = {});
  ~RelayWatch();
  RelayWatch(const RelayWatch&) = delete;
  RelayWatch& operator=(const RelayWatch&) = delete;

  /// Up, as far as is known, and not draining.
  bool is_usable() const;
  bool has_admin_socket() const { return !settings_.admin_socket.empty(); }

  /// Tells the relay at once; blocks for the timeout at most, and not at all for a relay that did
  /// not answer last time. False: it was not reached, and is told all rules when it is back.
  bool push(const std::vector<credentials::Revocation>& rules);
  /// A push that there was no time for: the relay is told all rules within a second.
  void miss();
  /// The same for a rule that is lifted. A relay that has started again since knows of neither.
  bool lift(const credentials::Revocation& rule);

 private:
  void run();
  void probe();
  void ask_status();
  bool send_rules(const std::vector<credentials::Revocation>& rules);
  bool send_lift(const credentials::Revocation& rule);
  void send_missed_lifts();
  void fetch_ended();
  bool is_reachable() const;
  void set_reachable(bool reachable);

  const RelayWatchSettings settings_;
  const AllRules all_rules_;
  const AccountKeeping keeping_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  bool up_ = true;  // until the contrary is known
  bool draining_ = false;
  bool missed_ = true;     // it has not been told everything
  bool reachable_ = true;  // the admin socket answered last time
  std::vector<credentials::Revocation>
      missed_lifts_;  // kMaxMissedLifts at most; the oldest go first
  unsigned unanswered_ = 0;
  std::string instance_;
  std::thread thread_;
};

}  // namespace turnpike::service
