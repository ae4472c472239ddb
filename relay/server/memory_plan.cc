#include "relay/server/memory_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "credentials/core/revocation.h"
#include "credentials/core/user_directory.h"
#include "relay/net/datagram.h"
#include "relay/server/relay_sockets.h"
#include "relay/server/shard.h"
#include "relay/server/users/pending_requests.h"
#include "relay/turn/allocation.h"

namespace turnpike::server {
namespace {

/// The kernel's own memory of an idle UDP socket with its file and epoll entry, measured on
/// Linux 6.
constexpr std::uint64_t kKernelBytesPerSocket = 3 * 1024;
/// Names, table entries and the allocator's share beside the two structures, as measured with idle
/// allocations of time-limited credentials.
constexpr std::uint64_t kHeapBytesPerAllocation = 200;
/// A permission or channel with its place in the index, at the worst fill of the tables.
constexpr std::uint64_t kBytesPerTableEntry = 96;
constexpr std::uint64_t kBatchesPerShard = 2;
/// Descriptors for everything but relay sockets: listeners, logs, epoll, standard streams.
constexpr std::uint64_t kOtherDescriptors = 64;

/// What a hash table or map takes for an entry besides its value: links, hash, the allocator's own.
constexpr std::uint64_t kBytesPerNode = 64;
constexpr std::uint64_t kLongestName = credentials::RevocationSet::kMaxValueBytes;
constexpr std::uint64_t kLongestReason = 256;  // credentials/store/tables.def

std::string mebibytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1024 * 1024));
}

/// What users in a store cost at most: each shard keeps answers, requests that wait for one, and
/// all revocations; the last reading of those is kept once more.
std::string store_plan(unsigned shards) {
  using credentials::RevocationSet;
  const std::uint64_t answers = 2 * ShardSettings{}.cached_users;
  constexpr std::uint64_t kPerAnswer =
      sizeof(std::pair<std::string, credentials::DirectoryAnswer>) + kBytesPerNode + kLongestName;
  constexpr std::uint64_t kRequests =
      PendingRequests::kMaxRequests *
          (sizeof(PendingRequest) + sizeof(std::string) + kBytesPerNode + kLongestName) +
      PendingRequests::kMaxBytes;
  constexpr std::uint64_t kPerRule = sizeof(std::string) + sizeof(credentials::Revocation) +
                                     kBytesPerNode + 2 * kLongestName + kLongestReason;
  return fmt::format(
      "users: at most {} for {} answers of the store and {} for {} requests that wait for one; a "
      "revocation takes {} bytes at most, {} of them {}",
      mebibytes(shards * answers * kPerAnswer), shards * answers, mebibytes(shards * kRequests),
      shards * PendingRequests::kMaxRequests, (shards + 1) * kPerRule, RevocationSet::kMaxRules,
      mebibytes((shards + 1) * kPerRule * RevocationSet::kMaxRules));
}

}  // namespace

std::vector<std::string> memory_plan(const conf::TurnserverConfig& config, const Setup& setup,
                                     std::uint64_t descriptors) {
  const std::uint64_t allocations = config.max_allocations;
  const std::uint64_t per_allocation =
      sizeof(turn::Allocation) + sizeof(RelaySockets::Socket) + kHeapBytesPerAllocation;
  const std::uint64_t tables =
      (config.max_permissions_per_allocation + config.max_channels_per_allocation) *
      kBytesPerTableEntry;
  const std::uint64_t buffers =
      setup.shards * kBatchesPerShard * ShardSettings{}.batch_slots * net::kMaxDatagram;
  std::vector<std::string> lines;
  lines.push_back(
      fmt::format("limits: {} allocations; each {} bytes idle (about {} more in the kernel) and at "
                  "most {} bytes "
                  "with {} permissions and {} channels",
                  allocations, per_allocation, kKernelBytesPerSocket, per_allocation + tables,
                  config.max_permissions_per_allocation, config.max_channels_per_allocation));
  lines.push_back(fmt::format(
      "memory: {} for that many idle allocations, {} address space for buffers of {} thread(s), "
      "{} bytes queued at most for a TCP client",
      mebibytes(allocations * (per_allocation + kKernelBytesPerSocket)), mebibytes(buffers),
      setup.shards, config.tcp_send_queue_bytes));
  if (setup.store) lines.push_back(store_plan(setup.shards));
  if (!config.admin_socket.empty()) {
    constexpr std::uint64_t kPerEnded =
        sizeof(EndedSession) + 2 * kLongestName + turn::kMaxNotedPeers * sizeof(IpAddress);
    lines.push_back(fmt::format("accounts: at most {} for the last {} allocations that ended",
                                mebibytes(EndedLog::kCapacity * kPerEnded), EndedLog::kCapacity));
  }

  const std::uint64_t ports =
      (std::uint64_t{config.max_port} - config.min_port + 1) * setup.plan.relay_addresses.size();
  if (ports < allocations) {
    lines.push_back(fmt::format(
        "only {} relay ports: min-port, max-port and relay-ip allow no more allocations", ports));
  }
  if (descriptors < std::min(allocations, ports) + kOtherDescriptors) {
    lines.push_back(fmt::format(
        "only {} descriptors: raise the limit (LimitNOFILE, ulimit -n) for more allocations",
        descriptors));
  }
  return lines;
}

}  // namespace turnpike::server
