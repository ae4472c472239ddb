// A relay without an operating system: the real turn::Server, a virtual clock, a shell that opens
// pretended sockets, and clients that sign with real digests. Every step checks that the core is
// consistent. The relay is 10.0.0.1 inside and 203.0.113.1 outside, and 2a01:4f8::1.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/rng.h"
#include "relay/crypto/openssl_digests.h"
#include "relay/turn/server.h"
#include "tests/support/fake_directory.h"
#include "tests/support/fake_ledger.h"
#include "tests/support/parsed_reply.h"
#include "tests/support/seen.h"
#include "tests/support/test_request.h"

namespace turnpike::test {

inline const std::string kRealm = "example.org";
inline const IpAddress kRelayInternal = IpAddress::v4(10, 0, 0, 1);
inline const IpAddress kRelayAdvertised = IpAddress::v4(203, 0, 113, 1);
inline const IpAddress kRelayV6 = *IpAddress::parse("2a01:4f8::1");
inline const IpAddress kListenerIp = IpAddress::v4(203, 0, 113, 9);

Endpoint endpoint(std::string_view text);
stun::TransactionId transaction(std::uint64_t number);

/// An open relay socket of the pretended shell.
struct FakeSocket {
  turn::RelaySocketId id;
  turn::AllocationHandle allocation;
  Endpoint internal;
  Endpoint advertised;
};

class World;

/// One client on one 5-tuple. It answers challenges like a real one.
class Client {
 public:
  Client(World& world, const turn::ClientPath& path, std::string user, std::string password);

  turn::ClientPath path;
  std::string user;
  std::string password;
  std::string realm;  // from the last challenge; empty before
  std::string nonce;
  bool sha256 = false;      // PASSWORD-ALGORITHM SHA-256 and MESSAGE-INTEGRITY-SHA256
  bool fingerprint = true;  // adds FINGERPRINT
  std::vector<ParsedReply> inbox;

  using Fill = std::function<void(TestRequest&)>;
  /// Signed; fetches a challenge first when there was none. Nothing when there was no reply.
  std::optional<ParsedReply> try_call(stun::Method method, const Fill& fill = {});
  /// The same, for requests that must be answered.
  ParsedReply call(stun::Method method, const Fill& fill = {});
  /// Signed with what the client has, under this transaction id.
  std::vector<std::uint8_t> signed_request(stun::Method method, const stun::TransactionId& id,
                                           const Fill& fill = {});
  /// Sends bytes; the first reply to them, if there is one.
  std::optional<ParsedReply> exchange(const std::vector<std::uint8_t>& bytes);

  ParsedReply allocate(const Fill& fill = {});  // adds REQUESTED-TRANSPORT UDP
  ParsedReply refresh(std::optional<std::uint32_t> lifetime_s = {});
  ParsedReply permit(const Endpoint& peer);
  ParsedReply bind(std::uint16_t number, const Endpoint& peer);
  turn::ClientRoute send_channel(std::uint16_t number, std::string_view data);
  turn::ClientRoute send_indication(const Endpoint& peer, std::string_view data);
  /// A packet from a peer at this client's relayed address of the peer's family.
  turn::PeerRoute from_peer(const Endpoint& peer, std::size_t size = 100);

  /// The key that requests are signed with.
  credentials::LongTermKey key() const;
  /// The socket of the relayed address of this family; nullptr when there is none.
  const FakeSocket* socket(AddressFamily family = AddressFamily::kIpv4) const;
  turn::AllocationHandle handle() const;

 private:
  World& world_;
};

class World {
 public:
  /// `adjust` may change the policy before the server starts.
  explicit World(const std::function<void(turn::Policy&)>& adjust = {});
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Client& client(std::string_view address = "45.33.1.1:40000",
                 Transport transport = Transport::kUdp, std::string_view user = "alice");
  /// A credential is taken back until tomorrow; how many allocations that ended.
  std::size_t revoke(credentials::RevocationKind kind, std::string value);
  /// Virtual time passes; deadlines are served when they come.
  void advance(Duration duration);
  /// Time passes and nobody serves the deadlines.
  void advance_without_sweep(Duration duration) { now.monotonic += duration; }
  void jump_wall_clock(Duration duration) { now.wall += duration; }
  /// Publishes a changed policy.
  void change_policy(const std::function<void(turn::Policy&)>& adjust);
  void deliver(const turn::ClientPath& from, Bytes message);
  /// Carries the outbox out.
  void drain();
  /// Answers the oldest OpenRelaySocket that was held back.
  void answer_open(std::optional<turn::RelaySocketFailure> failure = {});
  FakeSocket* find_socket(const Endpoint& internal);
  std::uint64_t dropped(turn::DropReason reason) const { return counters.drops.read(reason); }
  std::uint64_t counted(turn::Count count) const { return counters.counts.read(count); }

  Now now{MonotonicTime(seconds(1000)), WallTime(seconds(1767225600))};
  crypto::OpensslDigests digests;
  SeededRng rng{7};
  FakeLedger ledger;
  turn::RelayAddressBook addresses;
  turn::Counters counters;
  FakeDirectory directory;
  Seen seen;
  std::map<std::uint32_t, FakeSocket> sockets;
  // How the pretended shell behaves.
  bool hold_opens = false;
  bool check_every_step = true;
  std::map<AddressFamily, turn::RelaySocketFailure> fail_opens;
  std::vector<turn::ClientPath> sent_to;  // every datagram to a client, whoever it is

  const turn::Policy& policy() const { return *policies_.back(); }
  turn::Server& server() { return *server_; }

 private:
  friend class Client;
  void serve_open(const turn::OpenRelaySocket& wish,
                  std::optional<turn::RelaySocketFailure> failure);
  std::uint16_t choose_port(const turn::OpenRelaySocket& wish);
  void after_step();

  std::deque<std::unique_ptr<turn::Policy>> policies_;
  turn::Outbox outbox_;
  std::unique_ptr<turn::Server> server_;
  std::deque<Client> clients_;
  std::deque<turn::OpenRelaySocket> held_;
  std::map<std::array<std::uint8_t, 8>, Endpoint> reservations_;
  std::uint16_t next_port_ = 20000;
  std::uint32_t next_socket_ = 1;
  std::uint64_t next_transaction_ = 1;
};

}  // namespace turnpike::test
