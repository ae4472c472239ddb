#include "relay/turn/outbox.h"

#include "base/check.h"

namespace turnpike::turn {
namespace {

/// Most turns of the shell end with a few replies.
constexpr std::size_t kUsualReplies = 4;
constexpr std::size_t kUsualEffects = 16;

}  // namespace

Outbox::Outbox() {
  effects_.reserve(kUsualEffects);
  arena_.resize(kUsualReplies * kMaxReply);
}

void Outbox::clear() {
  effects_.clear();
  arena_used_ = 0;
}

MutableBytes Outbox::reply_space() {
  if (arena_.size() - arena_used_ < kMaxReply) arena_.resize(arena_.size() * 2);
  return MutableBytes(arena_).subspan(arena_used_, kMaxReply);
}

void Outbox::commit_reply(const ClientPath& to, std::size_t size) {
  CHECK(size <= kMaxReply);
  effects_.emplace_back(SendToClient{.to = to,
                                     .offset = static_cast<std::uint32_t>(arena_used_),
                                     .size = static_cast<std::uint32_t>(size)});
  arena_used_ += size;
}

}  // namespace turnpike::turn
