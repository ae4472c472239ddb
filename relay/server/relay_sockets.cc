#include "relay/server/relay_sockets.h"

#include <cerrno>

#include "base/check.h"
#include "base/log.h"
#include "relay/net/udp_socket.h"

namespace turnpike::server {
namespace {

/// Ports that another program holds are skipped; after this many in a row the range is taken for
/// unusable.
constexpr int kMaxBindAttempts = 32;

std::uint64_t poll_token(std::uint32_t index, std::uint32_t generation) {
  return (static_cast<std::uint64_t>(generation) << 32) | index;
}

RelayedAddress next_to(const RelayedAddress& even) {
  return {{even.value.ip, static_cast<std::uint16_t>(even.value.port + 1)}};
}

}  // namespace

RelaySockets::RelaySockets(unsigned shard, RelaySocketSettings settings,
                           const RelayResources& shared, Rng& rng)
    : shard_(shard), settings_(std::move(settings)), shared_(shared), rng_(rng) {}

RelaySockets::~RelaySockets() {
  for (const Socket& socket : sockets_) {
    if (socket.fd.valid()) shared_.addresses.set_live(socket.address.value, false);
  }
}

Result<net::Fd, net::SocketError> RelaySockets::open_at(const RelayedAddress& address) {
  return net::open_udp_socket({.bind = address.value,
                               .device = settings_.device,
                               .receive_buffer = settings_.buffer_bytes,
                               .send_buffer = settings_.buffer_bytes,
                               .receive_errors = true});
}

Result<RelaySockets::Bound, turn::RelaySocketFailure> RelaySockets::bind_free_port(
    const turn::OpenRelaySocket& wish, MonotonicTime now) {
  RelayPortWish port{.shard = shard_, .family = wish.family, .port = wish.wish, .preferred = {}};
  if (settings_.follow_listener) port.preferred = wish.arrived_at.value.ip;
  for (int attempt = 0; attempt < kMaxBindAttempts; ++attempt) {
    const auto address = shared_.ports.take(port, rng_, now);
    if (!address) return fail(turn::RelaySocketFailure::kNoPortFree);
    auto fd = open_at(*address);
    if (fd) return Bound{std::move(*fd), *address};
    shared_.ports.give_back(*address, now);
    if (wish.wish == turn::PortWish::kEvenAndNext) shared_.ports.give_back(next_to(*address), now);
    if (fd.error().error_number != EADDRINUSE) {
      LOG(kError, "{}", fd.error().to_string());
      return fail(turn::RelaySocketFailure::kSystem);
    }
  }
  return fail(turn::RelaySocketFailure::kNoPortFree);
}

/// The odd port beside `even` has been taken with it. Without a token it is given back: R = 1 is a
/// wish (RFC 8656 section 7.2).
std::optional<turn::ReservationToken> RelaySockets::reserve_next(const RelayedAddress& even,
                                                                 MonotonicTime now) {
  const RelayedAddress odd = next_to(even);
  if (auto fd = open_at(odd)) {
    if (auto token = shared_.reservations.add(std::move(*fd), odd, rng_, now)) return token;
  }
  shared_.ports.give_back(odd, now);
  return std::nullopt;
}

Result<turn::RelaySocketOpened, turn::RelaySocketFailure> RelaySockets::open(
    const turn::OpenRelaySocket& wish, MonotonicTime now) {
  Bound bound;
  turn::RelaySocketOpened opened;
  if (wish.wish == turn::PortWish::kReserved) {
    auto reserved = shared_.reservations.claim(wish.token, now);
    if (!reserved) return fail(turn::RelaySocketFailure::kNoSuchReservation);
    bound = {std::move(reserved->socket), reserved->address};
  } else {
    auto fresh = bind_free_port(wish, now);
    if (!fresh) return fail(fresh.error());
    bound = std::move(*fresh);
    if (wish.wish == turn::PortWish::kEvenAndNext) {
      opened.reservation = reserve_next(bound.address, now);
    }
  }
  opened.family = bound.address.value.ip.family();
  opened.internal = bound.address;
  opened.advertised = {
      {shared_.addresses.to_advertised(bound.address.value.ip), bound.address.value.port}};
  opened.socket = keep(std::move(bound), wish.allocation);
  return opened;
}

turn::RelaySocketId RelaySockets::keep(Bound bound, turn::AllocationHandle allocation) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(sockets_.size()));
    sockets_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Socket& socket = sockets_[index];
  socket.fd = std::move(bound.fd);
  socket.address = bound.address;
  socket.allocation = allocation;
  if (!poll_.add(socket.fd.get(), poll_token(index, socket.generation))) {
    LOG(kError, "cannot watch relay socket {}: peers will not be heard",
        socket.address.value.to_string());
  }
  shared_.addresses.set_live(socket.address.value, true);
  return {index};
}

void RelaySockets::close(turn::RelaySocketId id, MonotonicTime now) {
  CHECK(id.value < sockets_.size() && sockets_[id.value].fd.valid());
  Socket& socket = sockets_[id.value];
  shared_.addresses.set_live(socket.address.value, false);
  poll_.remove(socket.fd.get());
  socket.fd.reset();
  ++socket.generation;
  shared_.ports.give_back(socket.address, now);
  free_.push_back(id.value);
}

void RelaySockets::expire_reservations(MonotonicTime now) {
  for (const RelayedAddress& address : shared_.reservations.expire(now)) {
    shared_.ports.give_back(address, now);
  }
}

const RelaySockets::Socket* RelaySockets::find(std::uint64_t token) const {
  const auto index = static_cast<std::uint32_t>(token);
  if (index >= sockets_.size()) return nullptr;
  const Socket& socket = sockets_[index];
  return socket.fd.valid() && socket.generation == static_cast<std::uint32_t>(token >> 32)
             ? &socket
             : nullptr;
}

}  // namespace turnpike::server
