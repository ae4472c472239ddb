// One shard's memory of what the store said about users: what the core reads as UserDirectory.
// Bounded: of two generations of entries the older one goes when the younger is full. Not for more
// than one thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/hash.h"
#include "credentials/core/user_directory.h"

namespace turnpike::server {

class UserCache final : public credentials::UserDirectory {
 public:
  /// Keeps `capacity` answers at least and twice as many at most.
  UserCache(HashSeed seed, std::size_t capacity);

  credentials::DirectoryAnswer find(std::string_view user) const override;
  std::uint64_t generation() const override { return generation_; }
  bool is_ready() const override { return ready_; }

  /// An answer that was asked for before `generation` is not kept.
  void note(std::string_view user, const credentials::DirectoryAnswer& answer,
            std::uint64_t generation);
  /// Something has changed in the store, or it went away or came back.
  void start_generation(std::uint64_t generation, bool ready);
  /// Failures are not kept for long: the next request asks again.
  void forget_failures();

  std::size_t size() const { return young_.size() + old_.size(); }
  /// How often find() had an answer. From any thread.
  std::uint64_t hits() const { return hits_.load(std::memory_order_relaxed); }

 private:
  struct TextHash {
    using is_transparent = void;
    HashSeed seed;
    std::size_t operator()(std::string_view text) const;
  };
  using Answers =
      std::unordered_map<std::string, credentials::DirectoryAnswer, TextHash, std::equal_to<>>;
  Answers make_table() const;

  HashSeed seed_;
  std::size_t capacity_;
  Answers young_;
  Answers old_;
  mutable std::atomic<std::uint64_t> hits_{0};  // one writer
  std::uint64_t generation_ = 1;
  bool ready_ = false;
  bool has_failures_ = false;
};

}  // namespace turnpike::server
