// The relays of a viewer, out of the server's JSON: addresses that libnice takes. Names are looked
// up on a thread of their own.
#pragma once

#include <boost/json/array.hpp>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/secret.h"
#include "cobrowse/renderer/ice/ice_agent.h"

namespace turnpike::renderer {

struct TurnServer {
  std::string host;
  std::uint16_t port = 3478;
  bool tcp = false;
  std::string username;
  Secret password;
};

/// "turn:host:port?transport=udp" and tcp; what is neither is left out, TURN over TLS too.
std::vector<TurnServer> parse_ice_servers(const boost::json::array& servers);

class NameLookup {
 public:
  using OnDone = std::function<void(std::vector<ice::RelayServer>)>;

  NameLookup();
  /// What waits is dropped.
  ~NameLookup();
  NameLookup(const NameLookup&) = delete;
  NameLookup& operator=(const NameLookup&) = delete;
  /// `on_done` comes on this object's thread; servers whose names are unknown are left out.
  void resolve(std::vector<TurnServer> servers, OnDone on_done);

 private:
  void run();
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::pair<std::vector<TurnServer>, OnDone>> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace turnpike::renderer
