#include "relay/server/traffic_totals.h"

namespace turnpike::server {
namespace {

void accumulate(turn::Usage& to, const turn::Usage& more) {
  to.received_packets += more.received_packets;
  to.received_bytes += more.received_bytes;
  to.sent_packets += more.sent_packets;
  to.sent_bytes += more.sent_bytes;
  to.peer_received_packets += more.peer_received_packets;
  to.peer_received_bytes += more.peer_received_bytes;
  to.peer_sent_packets += more.peer_sent_packets;
  to.peer_sent_bytes += more.peer_sent_bytes;
}

}  // namespace

void TrafficTotals::add(const std::string& realm, const std::string& user,
                        const turn::Usage& usage) {
  const std::lock_guard lock(mutex_);
  accumulate(sum_, usage);
  std::pair<std::string, std::string> key{realm, by_user_ ? user : std::string()};
  if (rows_.size() >= kMaxLabels && !rows_.contains(key)) key.second = kOthers;
  accumulate(rows_[std::move(key)], usage);
}

std::vector<TrafficTotals::Row> TrafficTotals::rows() const {
  const std::lock_guard lock(mutex_);
  std::vector<Row> list;
  list.reserve(rows_.size());
  for (const auto& [key, usage] : rows_) list.push_back({key.first, key.second, usage});
  return list;
}

turn::Usage TrafficTotals::sum() const {
  const std::lock_guard lock(mutex_);
  return sum_;
}

}  // namespace turnpike::server
