#include "credentials/store/version_feed.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "credentials/store/wakeup.h"

namespace turnpike::credentials {
namespace {

using Clock = std::chrono::steady_clock;
constexpr milliseconds kErrorPause{100};  // so that nobody asks in a tight loop

class VersionFeed final : public ChangeFeed {
 public:
  VersionFeed(std::unique_ptr<SqlConnection> connection, AskVersion ask, milliseconds period)
      : connection_(std::move(connection)), ask_(std::move(ask)), period_(period) {
    if (const auto first = look(); first) missed_ = false;
  }

  StoreResult<bool> wait(milliseconds timeout) override {
    const auto until = Clock::now() + timeout;
    while (true) {
      const auto changed = look();
      if (!changed) {
        missed_ = true;
        wakeup_.wait(std::min(timeout, kErrorPause));
        return changed;
      }
      if (std::exchange(missed_, false) || *changed) return true;
      const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
      if (left.count() <= 0) return false;
      if (wakeup_.wait(std::min(left, period_))) return false;
    }
  }

  void interrupt() override { wakeup_.wake(); }

 private:
  StoreResult<bool> look() {
    const auto connected = connection_->connect();
    if (!connected) return connected;
    auto version = ask_(*connection_, *connected);
    if (!version) {
      connection_->disconnect();
      return fail(version.error());
    }
    const bool changed = *connected || *version != seen_;
    seen_ = std::move(*version);
    return changed;
  }

  std::unique_ptr<SqlConnection> connection_;
  AskVersion ask_;
  milliseconds period_;
  Wakeup wakeup_;
  std::string seen_;
  bool missed_ = true;  // something may have changed while nobody looked
};

}  // namespace

std::unique_ptr<ChangeFeed> make_version_feed(std::unique_ptr<SqlConnection> connection,
                                              AskVersion ask, milliseconds period) {
  return std::make_unique<VersionFeed>(std::move(connection), std::move(ask), period);
}

}  // namespace turnpike::credentials
