#include "cobrowse/renderer/egress/relay.h"

#include <sys/epoll.h>

#include <algorithm>

#include "cobrowse/renderer/egress/head_fields.h"
#include "cobrowse/renderer/egress/response_head.h"

namespace turnpike::egress {
namespace {

/// So often a fast connection goes on before others get their turn.
constexpr int kRounds = 4;

}  // namespace

Relay Relay::tunnel(Shared& shared) {
  return Relay(shared);
}

Relay Relay::plain(Shared& shared, std::uint64_t body_bytes, bool upgrade) {
  Relay relay(shared);
  relay.plain_ = true;
  relay.in_head_ = true;
  relay.upgrade_ = upgrade;
  relay.up_left_ = body_bytes;
  return relay;
}

void Relay::send_up(std::string_view bytes, bool is_body) {
  if (is_body && up_left_ != kUnlimited) {
    bytes = bytes.substr(0, std::min<std::uint64_t>(bytes.size(), up_left_));
    up_left_ -= bytes.size();
  }
  up_.put(bytes);
}

Relay::State Relay::pump(WatchedSocket& client, WatchedSocket& upstream) {
  bool any = false;
  for (int round = 0; round < kRounds && state_ == State::kGoing; ++round) {
    moved_ = false;
    move_up(client, upstream);
    if (state_ == State::kGoing) move_down(client, upstream);
    any = any || moved_;
    if (!moved_) break;
  }
  moved_ = any;
  if (state_ == State::kGoing) ask(client, upstream);
  return state_;
}

void Relay::move_up(WatchedSocket& client, WatchedSocket& upstream) {
  if (takes_up() && up_.room() > 0) receive_up(client);
  if (upstream_dead_ || state_ != State::kGoing) return;
  if (up_.drain(upstream.fd(), moved_) == IoStatus::kError) {
    // What the site has sent before it went is still delivered.
    upstream_dead_ = true;
    up_.clear();
    return;
  }
  const bool sends_end = !plain_ || (upgrade_ && !in_head_);
  if (client_ended_ && up_.empty() && sends_end && !up_closed_) {
    send_end(upstream.fd());
    up_closed_ = true;
  }
}

void Relay::receive_up(WatchedSocket& client) {
  const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(up_.room(), up_left_));
  const MutableBytes into(shared_->scratch.data(), std::min(most, shared_->scratch.size()));
  const IoResult received = receive_some(client.fd(), into);
  switch (received.status) {
    case IoStatus::kDone:
      moved_ = true;
      shared_->totals.add(Total::kUploadBytes, received.bytes);
      send_up(as_text(into.first(received.bytes)), true);
      return;
    case IoStatus::kAgain:
      return;
    case IoStatus::kEnd:
      moved_ = true;
      client_ended_ = true;
      // A body that is cut off is not to look like a whole one.
      if (up_left_ != kUnlimited) break_off(std::nullopt);
      return;
    case IoStatus::kError:
      break_off(std::nullopt);
      return;
  }
}

void Relay::move_down(WatchedSocket& client, WatchedSocket& upstream) {
  if (!upstream_ended_ && down_.room() > 0) receive_down(upstream);
  if (state_ != State::kGoing) return;
  if (down_.drain(client.fd(), moved_) == IoStatus::kError) {
    break_off(std::nullopt);
    return;
  }
  if (upstream_ended_ && down_.empty()) finish_down(client);
}

void Relay::receive_down(WatchedSocket& upstream) {
  const MutableBytes into(shared_->scratch.data(), std::min(down_.room(), shared_->scratch.size()));
  const IoResult received = receive_some(upstream.fd(), into);
  switch (received.status) {
    case IoStatus::kDone:
      moved_ = true;
      if (spend(received.bytes)) take_down(as_text(into.first(received.bytes)));
      return;
    case IoStatus::kAgain:
      return;
    case IoStatus::kEnd:
    case IoStatus::kError:
      moved_ = true;
      upstream_ended_ = true;
      upstream_lost_ = received.status == IoStatus::kError;
      upstream_dead_ = upstream_dead_ || upstream_lost_;
      if (in_head_) break_off(Reason::kBadAnswer);
      return;
  }
}

void Relay::take_down(std::string_view bytes) {
  if (in_head_) {
    take_head(bytes);
  } else {
    down_.put(bytes);
  }
}

void Relay::take_head(std::string_view bytes) {
  head_.append(bytes);
  while (in_head_) {
    const auto length = head_length(head_);
    if (!length && head_.size() <= kMaxResponseHeadBytes) return;
    const auto head =
        parse_response_head(std::string_view(head_).substr(0, length.value_or(0)), upgrade_);
    if (!length || !head || *length > kMaxResponseHeadBytes) {
      break_off(Reason::kBadAnswer);
      return;
    }
    down_.put(head->forward);
    head_.erase(0, *length);
    in_head_ = head->interim;
    answered_ = !head->interim;
    upgrade_ = head->interim ? upgrade_ : head->upgraded;
    if (head->upgraded) up_left_ = kUnlimited;
  }
  down_.put(head_);
  head_ = {};
}

void Relay::finish_down(WatchedSocket& client) {
  if (upstream_lost_) {
    break_off(std::nullopt);
    return;
  }
  if (!down_closed_) {
    send_end(client.fd());
    down_closed_ = true;
  }
  const bool one_answer = plain_ && !upgrade_;
  if (one_answer || up_closed_ || upstream_dead_) state_ = State::kFinished;
}

bool Relay::spend(std::uint64_t bytes) {
  const EgressLimits& limits = shared_->limits;
  shared_->totals.add(Total::kDownloadBytes, bytes);
  downloaded_ += bytes;
  shared_->session_download_bytes += bytes;
  if (limits.connection_download_bytes != 0 && downloaded_ > limits.connection_download_bytes) {
    break_off(Reason::kDownloadLimit);
  } else if (limits.session_download_bytes != 0 &&
             shared_->session_download_bytes > limits.session_download_bytes) {
    break_off(Reason::kSessionLimit);
  }
  return state_ == State::kGoing;
}

void Relay::break_off(std::optional<Reason> reason) {
  state_ = State::kBroken;
  reason_ = reason;
}

void Relay::ask(WatchedSocket& client, WatchedSocket& upstream) {
  std::uint32_t of_client = 0;
  std::uint32_t of_upstream = 0;
  if (takes_up() && up_.room() > 0) of_client |= EPOLLIN;
  if (!down_.empty()) of_client |= EPOLLOUT;
  if (!upstream_ended_ && down_.room() > 0) of_upstream |= EPOLLIN;
  if (!up_.empty()) of_upstream |= EPOLLOUT;
  client.want(of_client);
  upstream.want(of_upstream);
}

}  // namespace turnpike::egress
