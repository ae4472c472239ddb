// Renderers that another program runs in containers or pods, over its API. The thread here does all
// of the asking, in order, so that no caller waits; what fails counts as a renderer that has ended.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"
#include "cobrowse/server/renderer_backend.h"

namespace turnpike::cobrowse {

/// One container or pod, as its manager tells it.
struct FoundRenderer {
  std::string id{};       // what remove() takes
  std::string session{};  // whose it is
  bool running = false;   // or about to
  std::string detail{};   // why it does not run, for the log
};

/// What differs between managers. Blocks; called on one thread.
class RendererManager {
 public:
  virtual ~RendererManager() = default;
  /// The id, or what went wrong; nothing is left behind then. Neither has anything of the orders in
  /// it.
  virtual Result<std::string, std::string> create(const std::string& session,
                                                  const boost::json::object& orders) = 0;
  /// Ends it where it runs. One that is gone already is no error.
  virtual Result<void, std::string> remove(const std::string& id) = 0;
  /// All that this server has ever made and not removed.
  virtual Result<std::vector<FoundRenderer>, std::string> list() = 0;
};

class RemoteBackend final : public RendererBackend {
 public:
  static constexpr std::size_t kMaxQueued = 10'000;

  /// Asks for the list each `period`.
  RemoteBackend(std::unique_ptr<RendererManager> manager, milliseconds period);
  /// Renderers go on. What is queued is left to keep_only() of the next run.
  ~RemoteBackend() override;
  RemoteBackend(const RemoteBackend&) = delete;
  RemoteBackend& operator=(const RemoteBackend&) = delete;

  /// The error: too much is queued.
  Result<void, std::string> start(const std::string& session,
                                  const boost::json::object& orders) override;
  void stop(const std::string& session) override;
  std::vector<std::string> take_ended() override;
  void keep_only(const std::vector<std::string>& sessions) override;
  void spare(std::function<bool(const std::string&)> is_elsewhere) override;

 private:
  bool post(std::function<void()> work);
  void run();
  void create(const std::string& session, const boost::json::object& orders);
  void remove(const std::string& id);
  void look();
  void adopt(const std::vector<FoundRenderer>& found);
  void report_ended(const std::string& session);

  const std::unique_ptr<RendererManager> manager_;
  const milliseconds period_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  std::vector<std::string> ended_;
  bool stopping_ = false;
  // Of the thread:
  std::function<bool(const std::string&)> is_elsewhere_;
  std::map<std::string, std::string> running_;  // session -> id
  std::optional<std::set<std::string>> kept_;   // of an earlier run, until the list has been seen
  bool reaping_ = false;                        // what belongs to no session is an orphan
  bool is_away_ = false;                        // has been said
  std::thread thread_;
};

}  // namespace turnpike::cobrowse
