// Renderers as containers of a Docker daemon, or of podman's socket that speaks the same
// (Docker Engine API 1.41).
#pragma once

#include <memory>
#include <string>

#include "base/time.h"
#include "cobrowse/server/remote_backend.h"

namespace turnpike::cobrowse {

struct DockerSettings {
  std::string socket{};        // the daemon's Unix socket
  std::string image{};         // has to be there: nothing is pulled
  std::string network{};       // empty: the daemon's default
  std::string program{};       // in the image
  std::string owner{};         // of this server; tells its containers from those of others
  std::string seccomp{};       // the profile as JSON; empty: the daemon's default
  std::string seccomp_file{};  // where it is; podman wants the path, Docker the text
  std::uint64_t memory_mb = 1024;
  unsigned cpu_percent = 150;
  unsigned pids = 400;
  milliseconds deadline{20'000};  // of each request
  milliseconds period{1000};      // between two looks
};

/// create() gives the orders to the container's standard input.
class DockerManager final : public RendererManager {
 public:
  explicit DockerManager(DockerSettings settings) : settings_(std::move(settings)) {}

  Result<std::string, std::string> create(const std::string& session,
                                          const boost::json::object& orders) override;
  Result<void, std::string> remove(const std::string& id) override;
  Result<std::vector<FoundRenderer>, std::string> list() override;

 private:
  /// The version to speak, "v1.41"; asked once.
  Result<std::string, std::string> version();
  boost::json::object description(const std::string& session) const;
  Result<void, std::string> run(const std::string& id, const boost::json::object& orders);

  const DockerSettings settings_;
  std::string version_;
  bool is_podman_ = false;
};

inline std::unique_ptr<RendererBackend> make_docker_backend(DockerSettings settings) {
  const milliseconds period = settings.period;
  return std::make_unique<RemoteBackend>(std::make_unique<DockerManager>(std::move(settings)),
                                         period);
}

}  // namespace turnpike::cobrowse
