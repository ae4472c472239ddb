// What a store of users has told so far, as the pure rooms see it: an answer, or "ask first". Who
// asks the store, and how long an answer is kept, is the business of whoever implements it.
#pragma once

#include <cstdint>
#include <string_view>

#include "credentials/core/long_term_key.h"

namespace turnpike::credentials {

struct DirectoryAnswer {
  enum class Kind : std::uint8_t {
    kNotAsked,     // the store has to be asked; ask again when it has answered
    kKnown,        // `key` is the user's
    kNoSuchUser,   // the store does not have him
    kUnavailable,  // the store cannot be asked
  };
  Kind kind = Kind::kNotAsked;
  LongTermKey key;  // 16 bytes: MD5, 32 bytes: SHA-256
};

class UserDirectory {
 public:
  virtual ~UserDirectory() = default;
  /// For the relay's realm.
  virtual DirectoryAnswer find(std::string_view user) const = 0;
  /// Moves whenever answers that were given before may no longer be right. Never 0.
  virtual std::uint64_t generation() const = 0;
  /// False while the store has not told what was revoked, or cannot be heard: nobody new comes in.
  virtual bool is_ready() const = 0;
};

}  // namespace turnpike::credentials
