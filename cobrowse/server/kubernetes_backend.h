// Renderers as pods of a Kubernetes cluster (API v1), one for each session.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "base/time.h"
#include "cobrowse/server/remote_backend.h"
#include "http/client/fetch.h"
#include "relay/crypto/openssl_digests.h"

namespace turnpike::cobrowse {

struct KubernetesSettings {
  std::string api{};  // "https://kubernetes.default.svc"
  std::string name_space{};
  std::string image{};
  std::string program{};          // in the image
  std::string token_file{};       // read for each request: tokens are replaced while we run
  std::string ca_file{};          // PEM of who signs the API server
  std::string owner{};            // of this server; letters and digits
  std::string seccomp_profile{};  // on the nodes (Localhost); empty: RuntimeDefault
  std::uint64_t memory_mb = 1024;
  unsigned cpu_percent = 150;
  seconds most{7200};             // a pod that is older is ended by the cluster
  milliseconds deadline{10'000};  // of each request
  milliseconds period{2000};      // between two looks
};

/// The orders travel in a Secret that belongs to the pod, is read by its init container only, and
/// is deleted as soon as the pod runs.
class KubernetesManager final : public RendererManager {
 public:
  explicit KubernetesManager(KubernetesSettings settings) : settings_(std::move(settings)) {}

  Result<std::string, std::string> create(const std::string& session,
                                          const boost::json::object& orders) override;
  Result<void, std::string> remove(const std::string& id) override;
  Result<std::vector<FoundRenderer>, std::string> list() override;

  /// Of a pod and its Secret: "turnpike-renderer-<hash of the session>-<start>".
  std::string pod_name(const std::string& session, std::int64_t start) const;

 private:
  Result<http::ClientRequest, std::string> request(http::Method method,
                                                   const std::string& path) const;
  boost::json::object pod(const std::string& name, const std::string& session) const;
  Result<void, std::string> create_secret(const std::string& name, const std::string& uid,
                                          const boost::json::object& orders);
  void delete_secret(const std::string& name);

  const KubernetesSettings settings_;
  const crypto::OpensslDigests digests_;
  std::set<std::string> secrets_;  // that are still needed
};

inline std::unique_ptr<RendererBackend> make_kubernetes_backend(KubernetesSettings settings) {
  const milliseconds period = settings.period;
  return std::make_unique<RemoteBackend>(std::make_unique<KubernetesManager>(std::move(settings)),
                                         period);
}

}  // namespace turnpike::cobrowse
