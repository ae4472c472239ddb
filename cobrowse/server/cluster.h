// Several servers as one: where a request has to be answered, and the pass that a server shows when
// it hands one on. Knows Redis through the store, and its own sessions through it, too.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/digests.h"
#include "base/secret.h"
#include "cobrowse/server/redis_store.h"
#include "cobrowse/server/session_record.h"
#include "http/core/message.h"
#include "http/server/forward.h"

namespace turnpike::cobrowse {

struct ClusterSettings {
  Secret secret{};
  std::vector<Secret> secrets{};  // of the mint, which PINs are hashed with
  http::ClientTls tls{};          // who may sign the other servers
};

/// What a handed-on request says of its client, in the header Turnpike-Cluster.
inline constexpr std::string_view kPassHeader = "Turnpike-Cluster";
std::string make_pass(const Digests& digests, const Secret& secret, const http::Request& request,
                      std::int64_t time_s);
/// Sets the request's client from its pass. False: it was made with another secret, for another
/// request, or more than a minute ago.
bool take_pass(const Digests& digests, const Secret& secret, http::Request& request,
               std::int64_t time_s);

class Cluster {
 public:
  struct Here {
    std::function<std::int64_t()> time_s;      // since the epoch
    std::function<bool()> is_full;             // there is room for no session
    std::function<std::uint64_t()> pins_wait;  // Sessions::pins_wait()
  };
  Cluster(ClusterSettings settings, RedisStore& store, const Digests& digests, Here here);

  /// Before anything else of a request: 403 for a wrong pass.
  std::optional<http::Response> admit(http::Request& request) const;
  /// A request with a pass is never handed on again.
  http::ForwardAnswer route(const http::Request& request) const;
  /// Whose token it is, in a session of another server. Asks Redis.
  std::optional<KnownPerson> person_of(std::string_view token) const;
  /// After a request was answered here: what it changed is written, and lists have all sessions.
  http::Response finish(const http::Request& request, http::Response response) const;

 private:
  http::ForwardAnswer to_owner(const http::Request& request, const std::string& session) const;
  http::ForwardAnswer to_server(const http::Request& request, const std::string& server) const;
  http::ForwardAnswer route_join(const http::Request& request) const;
  std::string hash(std::string_view text) const;

  const ClusterSettings settings_;
  RedisStore& store_;
  const Digests& digests_;
  const Here here_;
};

}  // namespace turnpike::cobrowse
