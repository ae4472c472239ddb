// A message from a client, up to the handler of its method: what is discarded, who is asking, and
// the checks that all methods share (RFC 8489 section 6.3).
#include "relay/turn/server_impl.h"

namespace turnpike::turn {

void Server::Impl::on_client_message(const Now& now, const ClientPath& from, Bytes message) {
  enter();
  const auto classic = policy_->classic_stun ? stun::Classic::kAllow : stun::Classic::kRefuse;
  const auto view = stun::MessageView::parse(message, classic);
  if (!view) return drop(DropReason::kMalformedStun);
  switch (view->message_class()) {
    case stun::MessageClass::kRequest:
      return on_request(now, from, *view);
    case stun::MessageClass::kIndication:
      // RFC 8489 section 6.3.2: a Binding indication keeps a NAT's binding alive and asks nothing.
      if (view->method() != stun::Method::kBinding) drop(DropReason::kUnexpectedMessage);
      return;
    case stun::MessageClass::kSuccess:
    case stun::MessageClass::kError:
      // Answering an answer is how two servers come to talk to each other for ever.
      return drop(DropReason::kUnexpectedMessage);
  }
}

void Server::Impl::on_request(const Now& now, const ClientPath& from,
                              const stun::MessageView& message) {
  const auto request = decode_request(message);
  // RFC 8489 section 6.3: what this server has no method for is discarded in silence.
  if (!request || !serves(*request)) return drop(DropReason::kUnknownMethod);
  if (request->head.method == stun::Method::kBinding) count(Count::kBindingRequests);
  Call call{.now = now,
            .head = request->head,
            .reply = {.to = from,
                      .method = request->head.method,
                      .id = request->head.id,
                      .classic = request->head.classic,
                      .fingerprint = request->head.fingerprint,
                      .key = std::nullopt},
            .caller = {},
            .allocation = find_live(from.tuple, now.monotonic),
            .size = message.bytes().size()};
  if (call.allocation != nullptr) {
    call.session = call.allocation->session;
    ++call.allocation->total.received_packets;
    call.allocation->total.received_bytes += call.size;
  }
  if (needs_authentication(*request)) {
    const auto caller = find_caller(call, message);
    if (!caller && caller.error().waits()) return outbox_.push(LookUpUser{*call.head.username});
    if (!caller) return refuse_caller(call, caller.error());
    call.caller = *caller;
    call.reply.key = caller->reply_key;
    note_verified(call);
  }
  // RFC 8489 section 6.3.1: after authentication and before anything else.
  if (!request->head.unknown.empty()) return refuse_unknown(call, request->head.unknown.view());
  if (request->head.malformed) return refuse(call, stun::ErrorCode::kBadRequest);
  dispatch(call, request->body);
}

bool Server::Impl::serves(const Request& request) const {
  if (std::holds_alternative<BindingRequest>(request.body)) return policy_->serve_binding;
  return policy_->serve_turn && !request.head.classic;
}

bool Server::Impl::needs_authentication(const Request& request) const {
  if (std::holds_alternative<BindingRequest>(request.body)) return policy_->binding_needs_auth;
  return policy_->authentication;
}

Result<Caller, Denial> Server::Impl::find_caller(const Call& call,
                                                 const stun::MessageView& message) const {
  KnownCaller known;
  if (call.allocation != nullptr) {
    known = {call.allocation->user, call.allocation->realm, call.allocation->known_key};
  }
  return authenticate({.policy = *policy_,
                       .digests = parts_.digests,
                       .client = call.from().tuple.client,
                       .wall = call.now.wall,
                       .known = known.key.key.size > 0 ? &known : nullptr,
                       .users = parts_.users,
                       .revocations = &revocations_},
                      message, call.head);
}

/// The store has confirmed the owner's key once more, or given him another.
void Server::Impl::note_verified(const Call& call) {
  if (call.allocation == nullptr || call.allocation->user != call.caller.user) return;
  if (call.caller.key.generation != 0) call.allocation->known_key = call.caller.key;
}

void Server::Impl::dispatch(Call& call, const RequestBody& body) {
  struct Visitor {
    Impl& impl;
    Call& call;
    void operator()(const BindingRequest&) const { impl.on_binding(call); }
    void operator()(const AllocateRequest& request) const { impl.on_allocate(call, request); }
    void operator()(const RefreshRequest& request) const { impl.on_refresh(call, request); }
    void operator()(const CreatePermissionRequest& request) const {
      impl.on_create_permission(call, request);
    }
    void operator()(const ChannelBindRequest& request) const {
      impl.on_channel_bind(call, request);
    }
  };
  std::visit(Visitor{*this, call}, body);
}

}  // namespace turnpike::turn
