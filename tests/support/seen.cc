#include "tests/support/seen.h"

namespace turnpike::test {
namespace {

struct Noter {
  Seen& seen;
  void operator()(const turn::SendToClient&) const {}
  void operator()(const turn::LookUpUser& effect) const { seen.lookups.emplace_back(effect.user); }
  void operator()(const turn::OpenRelaySocket& effect) const { seen.opens.push_back(effect); }
  void operator()(const turn::CloseRelaySocket& effect) const {
    seen.closed_sockets.push_back(effect.socket);
  }
  void operator()(const turn::CloseClient& effect) const {
    seen.closed_clients.push_back(effect.path);
  }
  void operator()(const turn::ChannelOpened& effect) const {
    seen.channels_opened.push_back(effect);
  }
  void operator()(const turn::ChannelClosed& effect) const {
    seen.channels_closed.push_back(effect);
  }
  void operator()(const turn::AllocationCreated& effect) const { seen.created.push_back(effect); }
  void operator()(const turn::AllocationRefreshed& effect) const {
    seen.refreshed.push_back(effect.lifetime);
  }
  void operator()(const turn::AllocationDeleted& effect) const { seen.deleted.push_back(effect); }
  void operator()(const turn::UsageReport& effect) const {
    seen.reports.push_back(effect.since_report);
  }
  void operator()(const turn::PermissionChanged& effect) const {
    auto& list =
        effect.lifetime > seconds(0) ? seen.permissions_installed : seen.permissions_expired;
    list.push_back(effect.peer);
  }
  void operator()(const turn::ChannelChanged& effect) const {
    if (effect.lifetime == seconds(0)) seen.channels_expired.push_back(effect.number);
  }
  void operator()(const turn::PeerDenied& effect) const {
    seen.denials.push_back({effect.peer, effect.decision.verdict, effect.own_address, effect.port});
  }
  void operator()(const turn::RequestAnswered& effect) const {
    seen.answers.push_back({std::string(effect.session.user), std::string(effect.session.realm),
                            effect.session.id.value, effect.method, effect.error, effect.auth,
                            effect.refusal, effect.expired_for_s});
  }
};

}  // namespace

void Seen::note(const turn::Effect& effect) {
  std::visit(Noter{*this}, effect);
}

}  // namespace turnpike::test
