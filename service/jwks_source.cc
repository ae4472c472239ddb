#include "service/jwks_source.h"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "base/log.h"
#include "http/client/fetch.h"

namespace turnpike::service {
namespace {

constexpr milliseconds kStep{500};
constexpr milliseconds kFetchDeadline{3000};

class NoKeys final : public http::TokenKeys {
 public:
  bool verify(http::TokenAlgorithm, std::string_view, Bytes, Bytes) const override { return false; }
};

}  // namespace

JwksSource::JwksSource(const JwksSettings& settings) : settings_(settings) {}

Result<std::unique_ptr<JwksSource>, std::string> JwksSource::open(const JwksSettings& settings) {
  std::unique_ptr<JwksSource> source(new JwksSource(settings));
  if (!settings.file.empty()) {
    auto text = source->read();
    if (!text) return fail("jwt.jwks_file: " + text.error());
    source->last_text_ = *std::move(text);
    auto keys = source->parse(source->last_text_);
    if (!keys) return fail("jwt.jwks_file: " + keys.error());
    source->keys_ = *std::move(keys);
  }
  source->thread_ = std::thread([raw = source.get()] { raw->follow(); });
  return source;
}

JwksSource::~JwksSource() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wakeup_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const http::TokenKeys> JwksSource::keys() const {
  const std::lock_guard lock(mutex_);
  if (keys_) return keys_;
  static const auto kNone = std::make_shared<const NoKeys>();
  return kNone;
}

Result<std::string, std::string> JwksSource::read() const {
  if (!settings_.file.empty()) {
    std::ifstream file(settings_.file);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) return fail(fmt::format("\"{}\" cannot be read", settings_.file));
    return text.str();
  }
  http::ClientRequest request;
  request.url = settings_.url;
  request.tls.ca_file = settings_.ca_file;
  request.deadline = kFetchDeadline;
  auto answer = http::fetch(request);
  if (!answer) return fail(answer.error());
  if (answer->status != 200) {
    return fail(fmt::format("{} answers {}", settings_.url, answer->status));
  }
  return std::move(answer->body);
}

Result<std::shared_ptr<const JwkSet>, std::string> JwksSource::parse(
    const std::string& text) const {
  auto keys = JwkSet::parse(text, !settings_.file.empty());
  if (keys) return keys;
  const std::string& from = settings_.file.empty() ? settings_.url : settings_.file;
  return fail(fmt::format("{} {}", from, keys.error()));
}

void JwksSource::take(Result<std::shared_ptr<const JwkSet>, std::string> keys) {
  if (!keys) {
    if (keys.error() != problem_) LOG(kError, "jwt: {}; the keys stay as they were", keys.error());
    problem_ = keys.error();
    return;
  }
  problem_.clear();
  LOG(kInfo, "jwt: {} keys for tokens", (*keys)->size());
  const std::lock_guard lock(mutex_);
  keys_ = *std::move(keys);
}

void JwksSource::look() {
  auto text = read();
  if (!text) {
    take(fail(text.error()));
  } else if (settings_.file.empty() || *text != last_text_) {
    last_text_ = *std::move(text);
    take(parse(last_text_));
  }
}

bool JwksSource::is_due(seconds since_last) const {
  const std::lock_guard lock(mutex_);
  const bool soon = !keys_ || keys_->missed();
  return since_last >= (soon ? settings_.refresh_after_miss : settings_.refresh);
}

void JwksSource::follow() {
  using Clock = std::chrono::steady_clock;
  Clock::time_point last = Clock::now();
  if (!settings_.url.empty()) look();
  std::unique_lock lock(mutex_);
  while (!wakeup_.wait_for(lock, kStep, [this] { return stopping_; })) {
    lock.unlock();
    if (!settings_.file.empty()) {
      look();
    } else if (is_due(std::chrono::floor<seconds>(Clock::now() - last))) {
      look();
      last = Clock::now();
    }
    lock.lock();
  }
}

}  // namespace turnpike::service
