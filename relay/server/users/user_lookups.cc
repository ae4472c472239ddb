#include "relay/server/users/user_lookups.h"

#include <algorithm>
#include <utility>

#include "base/base64.h"
#include "base/log.h"
#include "credentials/store/records.h"
#include "relay/server/ops/signals.h"

namespace turnpike::server {

using credentials::DirectoryAnswer;

UserLookups::UserLookups(UserLookupsSettings settings, const std::atomic<std::uint64_t>& generation,
                         StoreHealth& health, Deliver deliver)
    : settings_(std::move(settings)),
      generation_(generation),
      health_(health),
      deliver_(std::move(deliver)) {
  for (unsigned i = 0; i < settings_.threads; ++i) threads_.emplace_back([this] { work(); });
}

UserLookups::~UserLookups() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool UserLookups::ask(unsigned shard, std::string_view user) {
  {
    const std::lock_guard lock(mutex_);
    const auto at = shards_waiting_.find(user);
    if (at != shards_waiting_.end()) {
      auto& shards = at->second;
      if (std::find(shards.begin(), shards.end(), shard) == shards.end()) shards.push_back(shard);
      return true;
    }
    if (shards_waiting_.size() >= settings_.max_waiting) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    shards_waiting_.emplace(user, std::vector<unsigned>{shard});
    queue_.emplace_back(user);
  }
  asked_.fetch_add(1, std::memory_order_relaxed);
  wake_.notify_one();
  return true;
}

std::size_t UserLookups::waiting() const {
  const std::lock_guard lock(mutex_);
  return shards_waiting_.size();
}

void UserLookups::work() {
  block_signals_in_this_thread();
  const std::unique_ptr<credentials::Store> store = settings_.open();
  while (true) {
    UserAnswer answer;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (stopping_) return;
      answer.user = std::move(queue_.front());
      queue_.pop_front();
    }
    // Read before the store is: an answer from before a change must not pass for one from after it.
    answer.generation = generation_.load(std::memory_order_acquire);
    answer.answer = look_up(*store, answer.user);
    std::vector<unsigned> shards;
    {
      const std::lock_guard lock(mutex_);
      const auto at = shards_waiting_.find(answer.user);
      shards = std::move(at->second);
      shards_waiting_.erase(at);
    }
    for (const unsigned shard : shards) deliver_(shard, answer);
  }
}

DirectoryAnswer UserLookups::look_up(credentials::Store& store, const std::string& user) {
  const auto found = credentials::find_user(store, settings_.realm, user);
  if (!found) {
    health_.note_failure(found.error());
    return {.kind = DirectoryAnswer::Kind::kUnavailable, .key = {}};
  }
  if (!found->has_value()) return {.kind = DirectoryAnswer::Kind::kNoSuchUser, .key = {}};
  const auto key = hex_decode((*found)->hmackey.reveal());
  if (!key || (key->size() != 16 && key->size() != 32)) {
    LOG(kError, "the key of user {} in the database is not 32 or 64 hexadecimal digits",
        log::log_safe(user));
    return {.kind = DirectoryAnswer::Kind::kNoSuchUser, .key = {}};
  }
  DirectoryAnswer answer{.kind = DirectoryAnswer::Kind::kKnown, .key = {}};
  std::copy(key->begin(), key->end(), answer.key.bytes.begin());
  answer.key.size = static_cast<std::uint8_t>(key->size());
  return answer;
}

}  // namespace turnpike::server
