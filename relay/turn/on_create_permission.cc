// CreatePermission (RFC 8656 section 10.2): all of its peers, or none.
#include <array>
#include <span>

#include "relay/turn/server_impl.h"

namespace turnpike::turn {

void Server::Impl::on_create_permission(Call& call, const CreatePermissionRequest& request) {
  if (const auto error = check_owner(call)) return refuse(call, *error);
  if (request.count == 0) return refuse(call, stun::ErrorCode::kBadRequest);
  if (request.too_many) return refuse(call, stun::ErrorCode::kInsufficientCapacity);
  std::array<ResolvedPeer, CreatePermissionRequest::kMaxPeers> admitted;
  std::size_t count_admitted = 0;
  for (const PeerAddress& named : request.peers()) {
    const auto peer = admit_peer(call, named);
    if (!peer) return refuse(call, peer.error());
    admitted[count_admitted++] = *peer;
  }
  const auto peers = std::span<const ResolvedPeer>(admitted).first(count_admitted);
  if (const auto error = check_room(*call.allocation, call.now.monotonic, peers)) {
    return refuse(call, *error);
  }
  for (const ResolvedPeer& peer : peers) install_permission(call, peer);
  Reply reply = success(call);
  send(call, reply);
  note_answered(session_of(call), call.head.method, std::nullopt);
}

}  // namespace turnpike::turn
