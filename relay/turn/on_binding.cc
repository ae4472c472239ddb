// Binding (RFC 8489 section 3): tells the client which address it has as seen from here.
#include "relay/turn/server_impl.h"

namespace turnpike::turn {

void Server::Impl::on_binding(Call& call) {
  if (!may_answer(call)) return;
  Reply reply = success(call);
  const Endpoint& client = call.from().tuple.client.value;
  // RFC 8489 section 6.3.1.1: classic clients know MAPPED-ADDRESS only.
  if (!call.head.classic) {
    reply.message().add_xor_address(stun::AttributeType::kXorMappedAddress, client);
  }
  if (call.head.classic || policy_->mapped_address) {
    reply.message().add_address(stun::AttributeType::kMappedAddress, client);
  }
  send(call, reply);
  count(Count::kBindingResponses);
  note_answered(session_of(call), call.head.method, std::nullopt);
}

}  // namespace turnpike::turn
