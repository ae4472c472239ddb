#include "cobrowse/renderer/capture/x11_source.h"

#include <errno.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <xcb/damage.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "cobrowse/renderer/capture/monotonic_clock.h"
#include "cobrowse/renderer/capture/x11_connection.h"
#include "cobrowse/renderer/capture/x11_grabber.h"

namespace turnpike::capture {

/// The connection, and what has been drawn since it was read last.
class X11Source::Screen {
 public:
  static Result<std::unique_ptr<Screen>, std::string> open(const X11Place& place, FrameSize size) {
    auto connection = X11Connection::open(place);
    if (!connection) return fail(connection.error());
    auto screen = std::unique_ptr<Screen>(new Screen(std::move(*connection), size));
    auto grabber = X11Grabber::open(screen->connection_, size.width, size.height);
    if (!grabber) return fail(grabber.error());
    screen->grabber_.emplace(std::move(*grabber));
    if (!screen->watch()) return fail(std::string("the X server does not tell what is drawn"));
    return screen;
  }

  int fd() const { return connection_.fd(); }
  bool is_broken() const { return connection_.is_broken(); }

  void read_events(MonotonicTime now) {
    while (true) {
      const X11Reply<xcb_generic_event_t> event(xcb_poll_for_event(connection_.get()));
      if (event == nullptr) return;
      if ((event->response_type & 0x7f) != damage_event_) continue;
      const auto& area = reinterpret_cast<const xcb_damage_notify_event_t*>(event.get())->area;
      add({.x = area.x, .y = area.y, .width = area.width, .height = area.height}, now);
    }
  }

  void add(const media::Box& drawn, MonotonicTime now) {
    const media::Box part = media::even_part(drawn, size_.width, size_.height);
    if (part.is_empty()) return;
    if (drawn_.is_empty()) drawn_since_ = now;
    drawn_ = media::bounding(drawn_, part);
  }
  void add_all(MonotonicTime now) {
    add({.x = 0, .y = 0, .width = size_.width, .height = size_.height}, now);
  }

  /// When the first thing was drawn that has not been read; kNever: nothing was.
  MonotonicTime drawn_since() const { return drawn_.is_empty() ? kNever : drawn_since_; }

  /// Reads what was drawn; its box.
  Result<media::Box, std::string> take(media::Picture& picture) {
    const media::Box box = std::exchange(drawn_, {});
    auto grabbed = grabber_->grab(box, picture);
    if (!grabbed) return fail(grabbed.error());
    return box;
  }

 private:
  Screen(X11Connection connection, FrameSize size)
      : connection_(std::move(connection)), size_(size) {}

  bool watch() {
    if (!connection_.has_extension(xcb_damage_id)) return false;
    xcb_connection_t* server = connection_.get();
    const X11Reply<xcb_damage_query_version_reply_t> version(
        xcb_damage_query_version_reply(server, xcb_damage_query_version(server, 1, 1), nullptr));
    damage_event_ = xcb_get_extension_data(server, &xcb_damage_id)->first_event + XCB_DAMAGE_NOTIFY;
    const auto request =
        xcb_damage_create_checked(server, xcb_generate_id(server), connection_.screen().root,
                                  XCB_DAMAGE_REPORT_LEVEL_RAW_RECTANGLES);
    const X11Reply<xcb_generic_error_t> error(xcb_request_check(server, request));
    return version != nullptr && error == nullptr && !is_broken();
  }

  X11Connection connection_;
  const FrameSize size_;
  std::optional<X11Grabber> grabber_;
  int damage_event_ = 0;
  media::Box drawn_{};
  MonotonicTime drawn_since_ = kNever;
};

X11Source::X11Source(const X11Settings& settings) : settings_(settings) {
  CHECK(settings.max_fps >= 1);
}

X11Source::~X11Source() {
  stop();
}

Result<void, std::string> X11Source::start(FrameSize size, FrameSink& sink) {
  stop();
  if (!media::Picture::is_good_size(size.width, size.height)) {
    return fail(fmt::format("a picture of {}x{}: use even numbers, {} to {}", size.width,
                            size.height, media::kMinPictureSide, media::kMaxPictureSide));
  }
  auto screen = Screen::open(settings_.place, size);
  if (!screen) return fail(screen.error());
  if (!wakeup_.is_open()) wakeup_ = FileHandle(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wakeup_.is_open()) return fail(fmt::format("no eventfd: {}", error_text(errno)));
  screen_ = std::move(*screen);
  size_ = size;
  picture_.resize(size.width, size.height);
  is_stopping_ = false;
  is_refresh_wanted_ = true;
  thread_ = std::thread([this, &sink] { run(sink); });
  return {};
}

void X11Source::stop() {
  if (!thread_.joinable()) return;
  is_stopping_ = true;
  wake();
  thread_.join();
  screen_.reset();
}

void X11Source::request_refresh() {
  is_refresh_wanted_ = true;
  wake();
}

void X11Source::wake() {
  const std::uint64_t one = 1;
  // It fails when the counter is full, and then it wakes as well.
  [[maybe_unused]] const ssize_t written = ::write(wakeup_.fd(), &one, sizeof(one));
}

void X11Source::wait(MonotonicTime due) {
  pollfd sources[2] = {{.fd = screen_->fd(), .events = POLLIN, .revents = 0},
                       {.fd = wakeup_.fd(), .events = POLLIN, .revents = 0}};
  timespec left{};
  if (due != kNever) {
    const Duration time = std::max(due - monotonic_now(), Duration::zero());
    left.tv_sec = std::chrono::floor<seconds>(time).count();
    left.tv_nsec = (time % seconds(1)).count();
  }
  ::ppoll(sources, 2, due == kNever ? nullptr : &left, nullptr);
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(wakeup_.fd(), &count, sizeof(count));
}

void X11Source::run(FrameSink& sink) {
  const Duration gap = Duration(seconds(1)) / settings_.max_fps;
  MonotonicTime next = MonotonicTime::min();
  while (!is_stopping_) {
    const MonotonicTime now = monotonic_now();
    screen_->read_events(now);
    if (screen_->is_broken()) return sink.on_lost("the X server has gone");
    if (is_refresh_wanted_.exchange(false)) screen_->add_all(now);
    const MonotonicTime since = screen_->drawn_since();
    const MonotonicTime due =
        since == kNever ? kNever : std::max(next, since + settings_.coalescing);
    if (now < due) {
      wait(due);
      continue;
    }
    next = now + gap;
    const auto box = screen_->take(picture_);
    if (!box) return sink.on_lost(box.error());
    sink.on_picture(picture_, *box, now);
  }
}

}  // namespace turnpike::capture
