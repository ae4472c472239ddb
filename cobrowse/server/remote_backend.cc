#include "cobrowse/server/remote_backend.h"

#include <utility>

#include "base/log.h"

namespace turnpike::cobrowse {

RemoteBackend::RemoteBackend(std::unique_ptr<RendererManager> manager, milliseconds period)
    : manager_(std::move(manager)), period_(period), thread_([this] { run(); }) {}

RemoteBackend::~RemoteBackend() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

Result<void, std::string> RemoteBackend::start(const std::string& session,
                                               const boost::json::object& orders) {
  if (post([this, session, orders] { create(session, orders); })) return {};
  return fail(std::string("too many renderers wait to be started or ended"));
}

void RemoteBackend::stop(const std::string& session) {
  // Not queued: the next look finds an orphan.
  post([this, session] {
    if (kept_) kept_->erase(session);
    const auto found = running_.find(session);
    if (found == running_.end()) return;
    const std::string id = found->second;
    running_.erase(found);
    remove(id);
  });
}

std::vector<std::string> RemoteBackend::take_ended() {
  const std::lock_guard lock(mutex_);
  return std::exchange(ended_, {});
}

void RemoteBackend::keep_only(const std::vector<std::string>& sessions) {
  post([this, sessions] {
    kept_.emplace(sessions.begin(), sessions.end());
    look();
  });
}

void RemoteBackend::spare(std::function<bool(const std::string&)> is_elsewhere) {
  post([this, is_elsewhere = std::move(is_elsewhere)] { is_elsewhere_ = is_elsewhere; });
}

bool RemoteBackend::post(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= kMaxQueued) return false;
    queue_.push_back(std::move(work));
  }
  wake_.notify_one();
  return true;
}

void RemoteBackend::run() {
  auto next_look = std::chrono::steady_clock::now() + period_;
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait_until(lock, next_look, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    std::function<void()> work;
    if (!queue_.empty()) {
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    lock.unlock();
    if (work) work();
    if (std::chrono::steady_clock::now() >= next_look) {
      look();
      next_look = std::chrono::steady_clock::now() + period_;
    }
    lock.lock();
  }
}

void RemoteBackend::create(const std::string& session, const boost::json::object& orders) {
  if (const auto before = running_.find(session); before != running_.end()) {
    remove(before->second);
    running_.erase(before);
  }
  if (kept_) kept_->erase(session);
  auto id = manager_->create(session, orders);
  if (id) {
    running_[session] = *std::move(id);
    return;
  }
  LOG(kError, "session {}: no renderer: {}", session, log::log_safe(id.error()));
  report_ended(session);
}

void RemoteBackend::remove(const std::string& id) {
  if (const auto removed = manager_->remove(id); !removed) {
    LOG(kWarning, "a renderer is not removed: {}", log::log_safe(removed.error()));
  }
}

void RemoteBackend::look() {
  const auto found = manager_->list();
  if (!found) {
    if (!std::exchange(is_away_, true)) {
      LOG(kError, "renderers cannot be watched: {}", log::log_safe(found.error()));
    }
    return;
  }
  if (std::exchange(is_away_, false)) LOG(kInfo, "renderers can be watched again");
  if (kept_) adopt(*found);
  std::map<std::string, std::string> alive;
  for (const FoundRenderer& one : *found) {
    const auto mine = running_.find(one.session);
    const bool is_mine = mine != running_.end() && mine->second == one.id;
    if (is_mine && one.running) {
      alive.insert(*mine);
    } else if (is_mine) {
      LOG(kWarning, "session {}: its renderer has ended: {}", one.session,
          log::log_safe(one.detail));
      remove(one.id);
    } else if (reaping_ && !(is_elsewhere_ && is_elsewhere_(one.session))) {
      LOG(kInfo, "a renderer of a session that is over is removed: {}", log::log_safe(one.session));
      remove(one.id);
    }
  }
  for (const auto& [session, id] : std::exchange(running_, alive)) {
    if (!alive.contains(session)) report_ended(session);
  }
}

void RemoteBackend::adopt(const std::vector<FoundRenderer>& found) {
  for (const FoundRenderer& one : found) {
    if (one.running && kept_->erase(one.session) > 0) running_[one.session] = one.id;
  }
  for (const std::string& session : *kept_) {
    if (!running_.contains(session)) report_ended(session);
  }
  kept_.reset();
  reaping_ = true;
}

void RemoteBackend::report_ended(const std::string& session) {
  const std::lock_guard lock(mutex_);
  ended_.push_back(session);
}

}  // namespace turnpike::cobrowse
