#include "relay/server/users/user_cache.h"

#include <utility>

namespace turnpike::server {

using Kind = credentials::DirectoryAnswer::Kind;

std::size_t UserCache::TextHash::operator()(std::string_view text) const {
  return static_cast<std::size_t>(keyed_hash(seed, as_bytes(text)));
}

UserCache::UserCache(HashSeed seed, std::size_t capacity)
    : seed_(seed), capacity_(capacity), young_(make_table()), old_(make_table()) {}

UserCache::Answers UserCache::make_table() const {
  return Answers(0, TextHash{seed_});
}

credentials::DirectoryAnswer UserCache::find(std::string_view user) const {
  for (const Answers* answers : {&young_, &old_}) {
    if (const auto at = answers->find(user); at != answers->end()) {
      hits_.store(hits_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      return at->second;
    }
  }
  return {};
}

void UserCache::note(std::string_view user, const credentials::DirectoryAnswer& answer,
                     std::uint64_t generation) {
  if (generation != generation_) return;
  if (young_.size() >= capacity_) {
    old_ = std::move(young_);
    young_ = make_table();
  }
  young_.insert_or_assign(std::string(user), answer);
  has_failures_ |= answer.kind == Kind::kUnavailable;
}

void UserCache::start_generation(std::uint64_t generation, bool ready) {
  generation_ = generation;
  ready_ = ready;
  young_.clear();
  old_.clear();
  has_failures_ = false;
}

void UserCache::forget_failures() {
  if (!std::exchange(has_failures_, false)) return;
  for (Answers* answers : {&young_, &old_}) {
    std::erase_if(*answers,
                  [](const auto& entry) { return entry.second.kind == Kind::kUnavailable; });
  }
}

}  // namespace turnpike::server
