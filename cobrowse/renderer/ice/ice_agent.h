// One ICE agent with one component (RFC 8445), relay-only: it gathers candidates from TURN servers
// alone, and its datagrams leave through them alone. libnice does the work.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ip_address.h"
#include "base/result.h"
#include "base/secret.h"
#include "cobrowse/renderer/ice/event_loop.h"

namespace turnpike::ice {

struct RelayServer {
  Endpoint address;
  bool tcp = false;  // TURN over TCP; over UDP else. libnice has no TURN over TLS
  std::string username;
  Secret password;
};

enum class IceState : std::uint8_t { kGathering, kConnecting, kConnected, kFailed };

/// "host", "srflx", "prflx" or "relay" of the pair that is used, and how the relay is reached.
struct SelectedPair {
  std::string local;
  std::string remote;
  bool tcp = false;
};

/// Called on the loop's thread.
struct IceEvents {
  std::function<void(std::string)> on_candidate;  // "candidate:…", without "a="
  std::function<void()> on_gathered;              // no more candidates of our own
  /// kFailed too when checks come from more addresses than any honest viewer has.
  std::function<void(IceState)> on_state;
  std::function<void(Bytes)> on_datagram;
};

/// Every function on the loop's thread.
class IceAgent {
 public:
  /// Gathers at once. `loop` outlives the agent; controlling, as the side that offers is.
  static Result<std::unique_ptr<IceAgent>, std::string> make(
      EventLoop& loop, const std::vector<RelayServer>& servers, IceEvents events);
  ~IceAgent();
  IceAgent(const IceAgent&) = delete;
  IceAgent& operator=(const IceAgent&) = delete;

  const std::string& ufrag() const;
  const std::string& password() const;
  bool set_remote(const std::string& ufrag, const std::string& password);
  /// "candidate:…". False: it makes no sense, or is not a relayed one.
  bool add_remote_candidate(std::string_view line);

  /// False: the network takes nothing now, the datagram is lost.
  bool send(Bytes datagram);
  std::optional<SelectedPair> selected_pair() const;

  struct Agent;  // libnice's

 private:
  explicit IceAgent(std::unique_ptr<Agent> agent);
  std::unique_ptr<Agent> agent_;
};

}  // namespace turnpike::ice
