// Renderers as processes of this machine.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "cobrowse/server/renderer_backend.h"

namespace turnpike::cobrowse {

class ProcessBackend final : public RendererBackend {
 public:
  explicit ProcessBackend(std::string program) : program_(std::move(program)) {}
  /// Renderers go on: media of running sessions outlives this server.
  ~ProcessBackend() override = default;

  Result<void, std::string> start(const std::string& session,
                                  const boost::json::object& orders) override;
  void stop(const std::string& session) override;
  std::vector<std::string> take_ended() override;

 private:
  const std::string program_;
  std::mutex mutex_;
  std::map<std::string, pid_t> running_;
  struct Leaving {
    pid_t process = 0;
    std::chrono::steady_clock::time_point kill_at{};
  };
  std::vector<Leaving> leaving_;  // told to end, not ended yet
  void tell_to_end(pid_t process);
};

}  // namespace turnpike::cobrowse
