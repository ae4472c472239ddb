#include "tests/support/turn_world.h"

#include <algorithm>

#include "base/check.h"
#include "relay/stun/channel_data.h"

namespace turnpike::test {

using stun::AttributeType;
using stun::MessageClass;
using stun::Method;

namespace {

std::unique_ptr<turn::Policy> default_policy() {
  auto policy = std::make_unique<turn::Policy>();
  policy->realm = kRealm;
  policy->software = "Turnpike";
  credentials::AuthenticatorSettings settings;
  settings.accounts_enabled = true;
  settings.shared_secrets_enabled = true;
  settings.accounts.push_back({"alice", Secret("wonderland"), std::nullopt});
  settings.accounts.push_back({"bob", Secret("builder"), std::nullopt});
  settings.shared_secrets.emplace_back("north");
  settings.realm = kRealm;
  policy->authenticator = credentials::Authenticator(settings);
  policy->nonces = turn::NonceMint({Secret("nonce key"), seconds(600), false});
  return policy;
}

}  // namespace

Endpoint endpoint(std::string_view text) {
  const auto parsed = Endpoint::parse(text);
  CHECK(parsed.has_value());
  return *parsed;
}

stun::TransactionId transaction(std::uint64_t number) {
  stun::TransactionId id;
  store_be64(id.bytes.data() + 4, number);
  return id;
}

Client::Client(World& world, const turn::ClientPath& path_, std::string user_,
               std::string password_)
    : path(path_), user(std::move(user_)), password(std::move(password_)), world_(world) {}

credentials::LongTermKey Client::key() const {
  const auto algorithm =
      sha256 ? credentials::PasswordAlgorithm::kSha256 : credentials::PasswordAlgorithm::kMd5;
  return long_term_key(world_.digests, algorithm, user, realm, password);
}

std::vector<std::uint8_t> Client::signed_request(Method method, const stun::TransactionId& id,
                                                 const Fill& fill) {
  TestRequest request(MessageClass::kRequest, method, id);
  if (fill) fill(request);
  request.text(AttributeType::kUsername, user);
  request.text(AttributeType::kRealm, realm);
  request.text(AttributeType::kNonce, nonce);
  if (sha256) {
    request.raw(static_cast<std::uint16_t>(AttributeType::kPasswordAlgorithms),
                {0, 2, 0, 0, 0, 1, 0, 0});
    request.raw(static_cast<std::uint16_t>(AttributeType::kPasswordAlgorithm), {0, 2, 0, 0});
    request.sign_sha256(world_.digests, key().view());
  } else {
    request.sign_sha1(world_.digests, key().view());
  }
  if (fingerprint) request.fingerprint();
  return request.bytes();
}

std::optional<ParsedReply> Client::exchange(const std::vector<std::uint8_t>& bytes) {
  inbox.clear();
  world_.deliver(path, bytes);
  if (inbox.empty()) return std::nullopt;
  return inbox.front();
}

std::optional<ParsedReply> Client::try_call(Method method, const Fill& fill) {
  if (nonce.empty() && world_.policy().authentication) {
    TestRequest bare(MessageClass::kRequest, method, transaction(world_.next_transaction_++));
    const auto challenge = exchange(bare.bytes());
    if (!challenge || !challenge->nonce) return challenge;
    realm = challenge->realm.value_or("");
    nonce = *challenge->nonce;
  }
  const stun::TransactionId id = transaction(world_.next_transaction_++);
  if (world_.policy().authentication) return exchange(signed_request(method, id, fill));
  TestRequest request(MessageClass::kRequest, method, id);
  if (fill) fill(request);
  return exchange(request.bytes());
}

ParsedReply Client::call(Method method, const Fill& fill) {
  const auto reply = try_call(method, fill);
  CHECK(reply.has_value());
  return *reply;
}

ParsedReply Client::allocate(const Fill& fill) {
  return call(Method::kAllocate, [&](TestRequest& request) {
    request.transport(kUdp);
    if (fill) fill(request);
  });
}

ParsedReply Client::refresh(std::optional<std::uint32_t> lifetime_s) {
  return call(Method::kRefresh, [&](TestRequest& request) {
    if (lifetime_s) request.lifetime(*lifetime_s);
  });
}

ParsedReply Client::permit(const Endpoint& peer) {
  return call(Method::kCreatePermission, [&](TestRequest& request) { request.peer(peer); });
}

ParsedReply Client::bind(std::uint16_t number, const Endpoint& peer) {
  return call(Method::kChannelBind,
              [&](TestRequest& request) { request.channel(number).peer(peer); });
}

turn::ClientRoute Client::send_channel(std::uint16_t number, std::string_view data) {
  std::vector<std::uint8_t> frame(stun::kChannelHeaderSize + data.size());
  stun::write_channel_header(frame.data(), number, data.size());
  std::copy(data.begin(), data.end(), frame.begin() + stun::kChannelHeaderSize);
  turn::ClientRoute route =
      world_.server().route_channel_data(world_.now.monotonic, path.tuple, frame);
  route.payload = {};  // it pointed into `frame`
  world_.after_step();
  return route;
}

turn::ClientRoute Client::send_indication(const Endpoint& peer, std::string_view data) {
  TestRequest indication(MessageClass::kIndication, Method::kSend,
                         transaction(world_.next_transaction_++));
  indication.peer(peer).data(as_bytes(data));
  const std::vector<std::uint8_t> bytes = indication.bytes();
  turn::ClientRoute route =
      world_.server().route_send_indication(world_.now.monotonic, path.tuple, bytes);
  route.payload = {};
  world_.after_step();
  return route;
}

turn::PeerRoute Client::from_peer(const Endpoint& peer, std::size_t size) {
  const FakeSocket* at = socket(peer.ip.family());
  CHECK(at != nullptr);
  const turn::PeerRoute route = world_.server().route_from_peer(
      world_.now.monotonic, at->allocation, PeerAddress{peer}, size);
  world_.after_step();
  return route;
}

turn::AllocationHandle Client::handle() const {
  const auto& created = world_.seen.created;
  const auto found = std::find_if(
      created.rbegin(), created.rend(),
      [&](const turn::AllocationCreated& c) { return c.session.client.tuple == path.tuple; });
  return found == created.rend() ? turn::AllocationHandle{} : found->allocation;
}

const FakeSocket* Client::socket(AddressFamily family) const {
  const turn::AllocationHandle mine = handle();
  for (const auto& [id, candidate] : world_.sockets) {
    if (candidate.allocation == mine && candidate.internal.ip.family() == family) {
      return &candidate;
    }
  }
  return nullptr;
}

World::World(const std::function<void(turn::Policy&)>& adjust) {
  addresses.add_relay_address(kRelayInternal, kRelayAdvertised);
  addresses.add_relay_address(kRelayV6, kRelayV6);
  addresses.add_other_address(kListenerIp);
  policies_.push_back(default_policy());
  if (adjust) adjust(*policies_.back());
  server_ = std::make_unique<turn::Server>(turn::ServerParts{.digests = digests,
                                                             .rng = rng,
                                                             .quotas = ledger,
                                                             .addresses = addresses,
                                                             .counters = counters,
                                                             .seed = {11, 13},
                                                             .shard = 2,
                                                             .users = &directory},
                                           policies_.back().get(), outbox_);
}

Client& World::client(std::string_view address, Transport transport, std::string_view user) {
  const Endpoint from = endpoint(address);
  const Endpoint listener{from.ip.is_v4() ? kListenerIp : kRelayV6, 3478};
  const FiveTuple tuple{ClientAddress{from}, ServerAddress{listener}, transport};
  const std::string password = user == "bob" ? "builder" : "wonderland";
  return clients_.emplace_back(*this, turn::ClientPath{tuple, 5}, std::string(user), password);
}

std::size_t World::revoke(credentials::RevocationKind kind, std::string value) {
  const credentials::Revocation rule{.kind = kind,
                                     .value = std::move(value),
                                     .until_s = unix_seconds(now.wall) + 86400,
                                     .at_s = unix_seconds(now.wall),
                                     .reason = ""};
  const std::size_t closed = server_->on_revoked(now, {&rule, 1});
  drain();
  return closed;
}

void World::advance(Duration duration) {
  const MonotonicTime end = now.monotonic + duration;
  while (server_->next_deadline() <= end) {
    const MonotonicTime due = std::max(now.monotonic, server_->next_deadline());
    now.wall += due - now.monotonic;
    now.monotonic = due;
    server_->on_deadline(now);
    drain();
  }
  now.wall += end - now.monotonic;
  now.monotonic = end;
}

void World::change_policy(const std::function<void(turn::Policy&)>& adjust) {
  policies_.push_back(std::make_unique<turn::Policy>(policy()));
  adjust(*policies_.back());
  server_->set_policy(policies_.back().get());
}

void World::deliver(const turn::ClientPath& from, Bytes message) {
  server_->on_client_message(now, from, message);
  drain();
}

void World::drain() {
  std::vector<turn::OpenRelaySocket> wishes;
  for (const turn::Effect& effect : outbox_.effects()) {
    seen.note(effect);
    if (const auto* send = std::get_if<turn::SendToClient>(&effect)) {
      const auto reply = parse_reply(outbox_.bytes(*send));
      CHECK(reply.has_value());
      sent_to.push_back(send->to);
      for (Client& client : clients_) {
        if (client.path.tuple == send->to.tuple) client.inbox.push_back(*reply);
      }
    } else if (const auto* wish = std::get_if<turn::OpenRelaySocket>(&effect)) {
      wishes.push_back(*wish);
    } else if (const auto* close = std::get_if<turn::CloseRelaySocket>(&effect)) {
      const auto found = sockets.find(close->socket.value);
      CHECK(found != sockets.end());
      addresses.set_live(found->second.internal, false);
      sockets.erase(found);
    }
  }
  outbox_.clear();
  after_step();
  for (const turn::OpenRelaySocket& wish : wishes) {
    if (hold_opens) {
      held_.push_back(wish);
      continue;
    }
    const auto failure = fail_opens.find(wish.family);
    serve_open(wish, failure == fail_opens.end() ? std::nullopt : std::optional(failure->second));
  }
}

void World::answer_open(std::optional<turn::RelaySocketFailure> failure) {
  CHECK(!held_.empty());
  const turn::OpenRelaySocket wish = held_.front();
  held_.pop_front();
  serve_open(wish, failure);
}

void World::serve_open(const turn::OpenRelaySocket& wish,
                       std::optional<turn::RelaySocketFailure> failure) {
  Endpoint internal{wish.family == AddressFamily::kIpv4 ? kRelayInternal : kRelayV6, 0};
  if (wish.wish == turn::PortWish::kReserved) {
    const auto reserved = reservations_.find(wish.token.value);
    if (reserved == reservations_.end()) {
      failure = turn::RelaySocketFailure::kNoSuchReservation;
    } else {
      internal = reserved->second;
      reservations_.erase(reserved);
    }
  } else {
    internal.port = choose_port(wish);
  }
  if (failure) {
    server_->on_relay_socket_failed(now, wish.allocation, wish.family, *failure);
    return drain();
  }
  turn::RelaySocketOpened opened{.socket = {next_socket_++},
                                 .family = internal.ip.family(),
                                 .internal = {internal},
                                 .advertised = {internal},
                                 .reservation = std::nullopt};
  opened.advertised.value.ip = addresses.to_advertised(internal.ip);
  if (wish.wish == turn::PortWish::kEvenAndNext) {
    turn::ReservationToken token;
    rng.fill(token.value);
    opened.reservation = token;
    reservations_[token.value] = {internal.ip, next_port_++};
  }
  sockets[opened.socket.value] = {opened.socket, wish.allocation, internal,
                                  opened.advertised.value};
  addresses.set_live(internal, true);
  server_->on_relay_socket_opened(now, wish.allocation, opened);
  drain();
}

std::uint16_t World::choose_port(const turn::OpenRelaySocket& wish) {
  if (next_port_ > 60000) next_port_ = 20000;
  const bool even = wish.wish == turn::PortWish::kEven || wish.wish == turn::PortWish::kEvenAndNext;
  if (even && next_port_ % 2 != 0) ++next_port_;
  return next_port_++;
}

FakeSocket* World::find_socket(const Endpoint& internal) {
  for (auto& [id, socket] : sockets) {
    if (socket.internal == internal) return &socket;
  }
  return nullptr;
}

void World::after_step() {
  CHECK(!check_every_step || server_->check_consistent());
}

}  // namespace turnpike::test
