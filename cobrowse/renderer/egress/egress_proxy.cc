#include "cobrowse/renderer/egress/egress_proxy.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "cobrowse/renderer/egress/egress_loop.h"
#include "cobrowse/renderer/egress/sockets.h"

namespace turnpike::egress {
namespace {

/// The proxy's own address is no site. One that listens on every address has all of the machine.
void add_own_address(int listen_fd, EgressPolicySettings& settings) {
  const auto own = local_endpoint(listen_fd);
  if (!own) return;
  settings.own_addresses.push_back(*own);
  if (!own->ip.is_unspecified()) return;
  for (const IpAddress& ip : interface_addresses()) {
    settings.own_addresses.push_back({ip, own->port});
  }
}

}  // namespace

Result<std::unique_ptr<EgressProxy>, std::string> EgressProxy::start(int listen_fd,
                                                                     EgressSettings settings) {
  FileDescriptor listener(listen_fd);
  if (!is_listening(listen_fd) || !set_up(listen_fd)) {
    return fail(fmt::format("egress proxy: descriptor {} is no listening socket", listen_fd));
  }
  if (!settings.resolver) return fail(std::string("egress proxy: there is no resolver"));
  add_own_address(listen_fd, settings.policy);
  auto policy = EgressPolicy::make(settings.policy);
  if (!policy) return fail("egress proxy: " + policy.error());
  auto loop = EgressLoop::make(std::move(listener), std::move(*policy), settings);
  if (!loop) return fail(std::move(loop.error()));
  return std::unique_ptr<EgressProxy>(new EgressProxy(std::move(*loop)));
}

EgressProxy::EgressProxy(std::unique_ptr<EgressLoop> loop)
    : loop_(std::move(loop)), thread_([this] { loop_->run(); }) {}

EgressProxy::~EgressProxy() {
  loop_->stop();
  thread_.join();
}

std::uint64_t EgressProxy::count(Reason reason) const {
  return loop_->count(reason);
}

std::uint64_t EgressProxy::total(Total total) const {
  return loop_->total(total);
}

std::size_t EgressProxy::open_connections() const {
  return loop_->open_connections();
}

}  // namespace turnpike::egress
