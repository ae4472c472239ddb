// Drives the relay core to a state, then does to it what the input says: requests with chosen
// attributes under a valid signature, raw bytes, data both ways, time, lost sockets. The core must
// be consistent after each step (World checks), and nothing may pass without a permission.
#include <algorithm>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "tests/support/turn_world.h"

namespace {

using turnpike::Bytes;
using turnpike::Endpoint;
using turnpike::IpAddress;
using turnpike::milliseconds;
using turnpike::seconds;
using turnpike::Transport;
using turnpike::stun::Method;
using turnpike::test::Client;
using turnpike::test::TestRequest;
using turnpike::test::World;

/// The input, eaten from the front; zeros behind its end.
class Input {
 public:
  explicit Input(Bytes bytes) : rest_(bytes) {}
  bool empty() const { return rest_.empty(); }
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t first = rest_[0];
    rest_ = rest_.subspan(1);
    return first;
  }
  std::uint16_t word() { return static_cast<std::uint16_t>((byte() << 8) | byte()); }
  std::vector<std::uint8_t> some(std::size_t at_most) {
    const std::size_t size = std::min({at_most, rest_.size()});
    std::vector<std::uint8_t> taken(rest_.begin(),
                                    rest_.begin() + static_cast<std::ptrdiff_t>(size));
    rest_ = rest_.subspan(size);
    return taken;
  }

 private:
  Bytes rest_;
};

class Driver {
 public:
  explicit Driver(Input input) : input_(input) {
    world_.change_policy([](turnpike::turn::Policy& policy) {
      policy.challenges.replies_per_s = 0;
      policy.limits.max_permissions = 12;
      policy.limits.max_channels = 12;
    });
    for (int i = 0; i < 3; ++i) {
      clients_[i] = &world_.client("45.33.1." + std::to_string(i + 1) + ":9",
                                   i == 2 ? Transport::kTcp : Transport::kUdp);
      clients_[i]->try_call(Method::kRefresh);  // brings realm and nonce
    }
  }

  void run() {
    reach_state(input_.byte() % 5);
    for (int steps = 0; !input_.empty() && steps < 200; ++steps) step();
    world_.server().shut_down(world_.now);
    world_.drain();
    while (held_ > 0) answer_open();
    CHECK(world_.sockets.empty());
    CHECK(world_.ledger.total() == 0);
    CHECK(world_.server().allocation_count() == 0);
  }

 private:
  /// None, allocated, with a permission, with a channel, two clients that are each other's peers.
  void reach_state(int state) {
    if (state >= 1) clients_[0]->allocate();
    if (state >= 2) clients_[0]->permit(peer(0));
    if (state >= 3) clients_[0]->bind(0x4000, peer(1));
    if (state < 4) return;
    clients_[1]->allocate();
    clients_[0]->bind(0x4001, clients_[1]->socket()->advertised);
    clients_[1]->permit(clients_[0]->socket()->advertised);
  }

  void step() {
    Client& client = *clients_[input_.byte() % 3];
    switch (input_.byte() % 10) {
      case 0:
      case 1:
      case 2:
        return ask(client);
      case 3:
        return raw(client);
      case 4:
        return send_indication(client);
      case 5:
        return channel_data(client);
      case 6:
        return from_peer();
      case 7:
        return pass_time();
      case 8:
        return shell_event(client);
      default:
        return say_again(client);
    }
  }

  void ask(Client& client) {
    static constexpr Method kMethods[] = {Method::kAllocate, Method::kRefresh,
                                          Method::kCreatePermission, Method::kChannelBind,
                                          Method::kBinding};
    const Method method = kMethods[input_.byte() % 5];
    last_ = client.signed_request(method, turnpike::test::transaction(1000 + input_.byte() % 8),
                                  [this](TestRequest& request) { add_attributes(request); });
    deliver(client, last_);
  }

  void add_attributes(TestRequest& request) {
    for (int n = input_.byte() % 5; n > 0; --n) {
      switch (input_.byte() % 10) {
        case 0:
          request.transport(input_.byte() % 4 == 0 ? input_.byte() : turnpike::test::kUdp);
          break;
        case 1:
          request.lifetime(input_.byte() % 3 == 0 ? 0U : input_.word());
          break;
        case 2:
          request.family(input_.byte() % 4);
          break;
        case 3:
          request.additional_family(input_.byte() % 4);
          break;
        case 4:
          request.even_port(input_.byte() % 2 == 0);
          break;
        case 5:
        case 6:
          request.peer(peer(input_.byte()));
          break;
        case 7:
        case 8:
          request.channel(static_cast<std::uint16_t>(0x3fff + input_.byte() % 16));
          break;
        default:
          request.raw(input_.word(), input_.some(input_.byte() % 12));
          break;
      }
    }
  }

  /// Unsigned bytes: they may be answered, and never change anything.
  void raw(Client& client) {
    const std::uint32_t before = world_.server().allocation_count();
    std::vector<std::uint8_t> bytes = input_.some(input_.byte());
    if (bytes.size() >= 20 && input_.byte() % 2 == 0) {  // at least a header
      bytes.resize(bytes.size() / 4 * 4);
      bytes[0] = static_cast<std::uint8_t>(bytes[0] & 1);
      turnpike::store_be16(bytes.data() + 2, static_cast<std::uint16_t>(bytes.size() - 20));
      turnpike::store_be32(bytes.data() + 4, turnpike::stun::kMagicCookie);
    }
    deliver(client, bytes);
    CHECK(world_.server().allocation_count() == before);
  }

  void say_again(Client& client) {
    if (!last_.empty()) deliver(client, last_);
  }

  void deliver(Client& client, const std::vector<std::uint8_t>& bytes) {
    const std::size_t opens = world_.seen.opens.size();
    world_.deliver(client.path, bytes);
    if (world_.hold_opens) held_ += world_.seen.opens.size() - opens;
  }

  void send_indication(Client& client) {
    const auto to = peer(input_.byte());
    const std::uint64_t before = world_.counted(turnpike::turn::Count::kClientPackets);
    const auto route = client.send_indication(to, "data");
    const bool passed = route.drop == turnpike::turn::DropReason::kNone;
    CHECK((world_.counted(turnpike::turn::Count::kClientPackets) != before) == passed);
    CHECK(!passed || world_.sockets.contains(route.socket.value));
  }

  void channel_data(Client& client) {
    if (input_.byte() % 2 == 0) {
      client.send_channel(static_cast<std::uint16_t>(0x4000 + input_.byte() % 16), "data");
      return;
    }
    std::vector<std::uint8_t> frame = input_.some(input_.byte() % 16);
    world_.server().route_channel_data(world_.now.monotonic, client.path.tuple, frame);
  }

  void from_peer() {
    if (world_.sockets.empty()) return;
    auto socket = world_.sockets.begin();
    std::advance(socket, static_cast<std::ptrdiff_t>(input_.byte() % world_.sockets.size()));
    const auto route =
        world_.server().route_from_peer(world_.now.monotonic, socket->second.allocation,
                                        turnpike::PeerAddress{peer(input_.byte())}, input_.word());
    CHECK(route.drop != turnpike::turn::DropReason::kNone || route.client != nullptr);
    world_.server().report_usage();
    world_.drain();
  }

  void pass_time() {
    const milliseconds step(input_.word() * (input_.byte() % 16));
    if (input_.byte() % 3 == 0) {
      world_.advance_without_sweep(step);
    } else {
      world_.advance(step);
    }
    if (input_.byte() % 8 == 0) world_.jump_wall_clock(seconds(input_.word() - 30000));
    for (Client* client : clients_) {  // or every request after ten minutes were 438
      client->nonce.clear();
      client->try_call(Method::kRefresh);
    }
  }

  void shell_event(Client& client) {
    switch (input_.byte() % 5) {
      case 0:
        world_.server().on_client_gone(world_.now, client.path.tuple);
        return world_.drain();
      case 1:
        world_.server().close_allocation(world_.now, client.handle(),
                                         turnpike::turn::CloseReason::kKilled);
        return world_.drain();
      case 2:
        world_.server().on_peer_unreachable(world_.now, client.handle(),
                                            turnpike::PeerAddress{peer(input_.byte())},
                                            input_.byte(), input_.byte(), input_.word());
        return world_.drain();
      case 3:
        world_.hold_opens = held_ > 0 || !world_.hold_opens;
        return;
      default:
        if (held_ > 0) answer_open();
        return;
    }
  }

  void answer_open() {
    --held_;
    world_.answer_open(input_.byte() % 3 == 0
                           ? std::optional(turnpike::turn::RelaySocketFailure::kNoPortFree)
                           : std::nullopt);
  }

  Endpoint peer(std::uint8_t which) {
    if (which >= 224) return {IpAddress::v4(10, 0, 0, which), 80};
    if (which >= 192 && !world_.sockets.empty()) return world_.sockets.begin()->second.advertised;
    if (which >= 160 && !world_.sockets.empty()) return world_.sockets.rbegin()->second.internal;
    if (which >= 128) return {*IpAddress::parse("2a00:1450::9"), which};
    return {IpAddress::v4(8, 8, 4, which % 16), static_cast<std::uint16_t>(1 + which / 16)};
  }

  Input input_;
  World world_;
  Client* clients_[3] = {};
  std::vector<std::uint8_t> last_;
  std::size_t held_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Driver(Input(Bytes(data, size))).run();
  return 0;
}
