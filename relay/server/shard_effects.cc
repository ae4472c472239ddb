// Carries out what the core wants done: replies, relay sockets, closed streams, log lines.

#include <type_traits>

#include "relay/server/shard.h"

namespace turnpike::server {

void Shard::drain() {
  while (!outbox_.empty()) {
    for (const turn::Effect& effect : outbox_.effects()) carry_out(effect);
    flush_datagrams();  // replies lie in the outbox
    outbox_.clear();
    // The core hears how its wishes went only now, when the outbox is empty; that may make it want
    // more.
    std::vector<SocketOutcome> outcomes;
    outcomes.swap(outcomes_);
    for (const SocketOutcome& outcome : outcomes) {
      if (outcome.result) {
        core_.on_relay_socket_opened(now_, outcome.allocation, *outcome.result);
      } else {
        core_.on_relay_socket_failed(now_, outcome.allocation, outcome.family,
                                     outcome.result.error());
      }
      if (&outcome != &outcomes.back()) drain();
    }
  }
}

void Shard::carry_out(const turn::Effect& effect) {
  std::visit(
      [this](const auto& e) {
        using E = std::decay_t<decltype(e)>;
        if constexpr (std::is_same_v<E, turn::SendToClient>) {
          if (e.to.via >= ClientStreams::kFirstVia) {
            streams_.queue_answer(e.to.via, outbox_.bytes(e));
          } else {
            send_datagram(e.to, outbox_.bytes(e));
          }
        } else if constexpr (std::is_same_v<E, turn::LookUpUser>) {
          look_up(e);
        } else if constexpr (std::is_same_v<E, turn::OpenRelaySocket>) {
          open_relay_socket(e);
        } else if constexpr (std::is_same_v<E, turn::CloseRelaySocket>) {
          relay_sockets_.close(e.socket, now_.monotonic);
        } else if constexpr (std::is_same_v<E, turn::CloseClient>) {
          streams_.close(e.path.via);
        } else if constexpr (std::is_same_v<E, turn::ChannelOpened> ||
                             std::is_same_v<E, turn::ChannelClosed>) {
          // For a kernel fast path; this data path asks the core for every packet.
        } else if constexpr (std::is_same_v<E, turn::AllocationCreated>) {
          note_allocation(e.session.client, +1);
          shared_.event_log.write(e, streams_.tls_words(e.session.client.via));
        } else if constexpr (std::is_same_v<E, turn::AllocationRefreshed>) {
          shared_.event_log.write(e, streams_.tls_words(e.session.client.via));
        } else if constexpr (std::is_same_v<E, turn::AllocationDeleted>) {
          note_allocation(e.client, -1);
          if (shared_.ended != nullptr) shared_.ended->add(e, now_.wall);
          shared_.event_log.write(e);
        } else if constexpr (std::is_same_v<E, turn::PeerDenied> ||
                             std::is_same_v<E, turn::RequestAnswered>) {
          shared_.event_log.write(now_, e);
        } else {
          shared_.event_log.write(e);
        }
      },
      effect);
}

void Shard::open_relay_socket(const turn::OpenRelaySocket& wish) {
  outcomes_.push_back({wish.allocation, wish.family, relay_sockets_.open(wish, now_.monotonic)});
}

void Shard::note_allocation(const turn::ClientPath& client, int change) {
  shell_counters_.allocations[static_cast<std::size_t>(client.tuple.transport)].fetch_add(
      change, std::memory_order_relaxed);
  if (client.via >= ClientStreams::kFirstVia) {
    streams_.allocation_changed(client.via, change > 0, now_.monotonic);
  }
}

}  // namespace turnpike::server
