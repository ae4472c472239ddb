#include "cobrowse/renderer/browser/cdp_pipe.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

#include "http/core/json.h"

namespace turnpike::browser {
namespace {

namespace json = boost::json;

constexpr int kMaxDepth = 64;
constexpr int kFullPause_ms = 10;

void set_nonblocking(int fd) {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

}  // namespace

CdpPipe::CdpPipe(int read_fd, int write_fd, Events events)
    : read_fd_(read_fd),
      write_fd_(write_fd),
      wake_fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      events_(std::move(events)),
      delivered_(std::make_shared<std::atomic<std::size_t>>(0)) {
  set_nonblocking(read_fd_);
  set_nonblocking(write_fd_);
  thread_ = std::thread([this] { run(); });
}

CdpPipe::~CdpPipe() {
  stopping_ = true;
  wake();
  thread_.join();
  for (const int fd : {read_fd_, write_fd_, wake_fd_}) ::close(fd);
}

void CdpPipe::wake() const {
  const std::uint64_t one = 1;
  // An eventfd that is full wakes as well.
  [[maybe_unused]] const ssize_t wrote = ::write(wake_fd_, &one, sizeof one);
}

void CdpPipe::call(CdpCall what, const std::string& session, OnResult on_result) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    json::object message{{"id", ++last_id_}, {"method", what.method}};
    if (!what.params.empty()) message["params"] = std::move(what.params);
    if (!session.empty()) message["sessionId"] = session;
    outgoing_ += http::to_json(message);
    outgoing_ += '\0';
    if (on_result) pending_.emplace(last_id_, std::move(on_result));
  }
  wake();
}

void CdpPipe::run() {
  while (!stopping_) {
    bool has_output = false, hung = false;
    {
      const std::lock_guard lock(mutex_);
      has_output = !outgoing_.empty();
      hung = outgoing_.size() > kMaxQueuedBytes || pending_.size() > kMaxPending;
    }
    if (hung) return close("it takes no commands any more");
    // Whoever floods us waits at his end of the pipe.
    const bool full = *delivered_ >= kMaxDelivered;
    std::array<pollfd, 3> waiting{{{full ? -1 : read_fd_, POLLIN, 0},
                                   {wake_fd_, POLLIN, 0},
                                   {has_output ? write_fd_ : -1, POLLOUT, 0}}};
    if (::poll(waiting.data(), waiting.size(), full ? kFullPause_ms : -1) < 0 && errno != EINTR)
      return close("poll");
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(wake_fd_, &count, sizeof count);
    if (waiting[2].revents != 0 && !write_some()) return close("it has ended");
    if (waiting[0].revents != 0 && !read_some()) return;
  }
}

bool CdpPipe::write_some() {
  const std::lock_guard lock(mutex_);
  const ssize_t wrote = ::write(write_fd_, outgoing_.data(), outgoing_.size());
  if (wrote < 0) return errno == EAGAIN || errno == EINTR;
  outgoing_.erase(0, static_cast<std::size_t>(wrote));
  return true;
}

bool CdpPipe::read_some() {
  std::array<char, 65536> chunk{};
  const ssize_t got = ::read(read_fd_, chunk.data(), chunk.size());
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (got <= 0) return close("it has ended"), false;
  std::size_t looked_at = incoming_.size();
  incoming_.append(chunk.data(), static_cast<std::size_t>(got));
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = incoming_.find('\0', looked_at)) != std::string::npos;) {
    if (!skipping_) take_message(std::string_view(incoming_).substr(begin, end - begin));
    skipping_ = false;
    begin = looked_at = end + 1;
  }
  incoming_.erase(0, begin);
  if (incoming_.size() > kMaxMessageBytes) {
    if (!std::exchange(skipping_, true)) leave_out(incoming_);
  }
  if (skipping_) incoming_.clear();
  return true;
}

/// What makes no sense is left out: a page has its part in what is said, half characters for one.
void CdpPipe::take_message(std::string_view text) {
  auto message = http::parse_json_object(text, {.bytes = kMaxMessageBytes, .depth = kMaxDepth});
  if (!message) return leave_out(text);
  const auto member = [&](std::string_view name) {
    json::value* const value = message->if_contains(name);
    return value != nullptr && value->is_object() ? std::move(value->get_object()) : Object();
  };
  const auto id = http::number_member(*message, "id");
  if (id && *id) {
    Result<Object, std::string> result = member("result");
    if (message->contains("error")) {
      const auto why = http::text_member(member("error"), "message");
      result = fail(why ? why->value_or("refused") : "refused");
    }
    return answer(static_cast<std::uint64_t>(**id), std::move(result));
  }
  const auto method = http::text_member(*message, "method");
  const auto session = http::text_member(*message, "sessionId");
  if (!method || !*method || !session) return;
  // What a page writes there as fast as it can, and nobody wants.
  if (**method == "Runtime.consoleAPICalled" || **method == "Runtime.exceptionThrown") return;
  deliver([on_event = events_.on_event, method = **method, params = member("params"),
           session = session->value_or("")] { on_event(method, params, session); });
}

void CdpPipe::answer(std::uint64_t id, Result<Object, std::string> result) {
  OnResult on_result;
  {
    const std::lock_guard lock(mutex_);
    const auto found = pending_.find(id);
    if (found == pending_.end()) return;
    on_result = std::move(found->second);
    pending_.erase(found);
  }
  deliver([on_result = std::move(on_result), result = std::move(result)] { on_result(result); });
}

/// Chromium writes first which call it answers: that one waits no longer.
void CdpPipe::leave_out(std::string_view text) {
  constexpr std::string_view kAnswer = R"({"id":)";
  if (!text.starts_with(kAnswer)) return;
  text.remove_prefix(kAnswer.size());
  std::uint64_t id = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (wrong == std::errc()) answer(id, fail(std::string("the answer cannot be read")));
}

void CdpPipe::deliver(std::function<void()> work) {
  ++*delivered_;
  events_.deliver([delivered = delivered_, work = std::move(work)] {
    --*delivered;
    work();
  });
}

void CdpPipe::close(const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    outgoing_.clear();
    pending_.clear();
  }
  events_.deliver([on_closed = events_.on_closed, why] { on_closed(why); });
}

}  // namespace turnpike::browser
