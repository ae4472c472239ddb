// TrafficTotals: bytes and packets of finished sessions by realm, and by user when
// `prometheus-username-labels` asks for it. The number of labels is bounded: users past the bound
// are counted together. Shared by the shards, control path only.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "relay/turn/outbox.h"

namespace turnpike::server {

class TrafficTotals {
 public:
  static constexpr std::size_t kMaxLabels = 1000;
  static constexpr const char* kOthers = "(others)";

  explicit TrafficTotals(bool by_user) : by_user_(by_user) {}

  void add(const std::string& realm, const std::string& user, const turn::Usage& usage);

  struct Row {
    std::string realm;
    std::string user;  // empty unless counted by user
    turn::Usage usage;
  };
  std::vector<Row> rows() const;
  turn::Usage sum() const;

 private:
  bool by_user_;
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, turn::Usage> rows_;
  turn::Usage sum_;
};

}  // namespace turnpike::server
