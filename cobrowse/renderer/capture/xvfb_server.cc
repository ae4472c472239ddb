#include "cobrowse/renderer/capture/xvfb_server.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <string_view>
#include <utility>

#include "cobrowse/renderer/capture/monotonic_clock.h"
#include "cobrowse/renderer/capture/xauthority.h"

namespace turnpike::capture {
namespace {

constexpr Duration kStopGrace = seconds(2);

Result<void, std::string> write_secret(const std::string& path, const XvfbSettings& settings,
                                       Rng& rng) {
  Cookie cookie{};
  rng.fill(cookie);
  const std::vector<std::uint8_t> content = render_xauthority(cookie);
  ::unlink(path.c_str());  // one that is left from before may be somebody else's
  const FileHandle file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  const auto size = static_cast<ssize_t>(content.size());
  if (!file.is_open() || ::write(file.fd(), content.data(), content.size()) != size) {
    return fail(fmt::format("cannot write {}: {}", path, error_text(errno)));
  }
  if (settings.run_as && ::fchown(file.fd(), settings.run_as->uid, settings.run_as->gid) != 0) {
    return fail(fmt::format("cannot give {} to user {}: {}", path, settings.run_as->uid,
                            error_text(errno)));
  }
  return {};
}

std::string last_line(const std::string& path) {
  std::ifstream file(path);
  std::string last;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) last = std::move(line);
  }
  return last.empty() ? "it printed nothing" : last;
}

enum class Waited : std::uint8_t { kReady, kEnded, kTimedOut };

/// Reads "5\n", the number of the display.
Waited read_display(int fd, MonotonicTime deadline, int& display) {
  std::string text;
  while (text.empty() || text.back() != '\n') {
    const auto left = std::chrono::ceil<milliseconds>(deadline - monotonic_now()).count();
    if (left <= 0) return Waited::kTimedOut;
    pollfd readable{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&readable, 1, static_cast<int>(left));
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    char buffer[32];
    const ssize_t got = ::read(fd, buffer, sizeof(buffer));
    if (got <= 0) return Waited::kEnded;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), display);
  return parsed.ec == std::errc() ? Waited::kReady : Waited::kEnded;
}

std::vector<std::string> command_of(const XvfbSettings& settings, const std::string& secret) {
  return {settings.program, "-displayfd", fmt::format("{}", ChildProcess::kInheritedFd),
          "-screen",        "0",          fmt::format("{}x{}x24", settings.width, settings.height),
          "-nolisten",      "tcp",        "-noreset",
          "-auth",          secret};
}

}  // namespace

Result<XvfbServer, std::string> XvfbServer::start(const XvfbSettings& settings, Rng& rng) {
  if (::access(settings.program.c_str(), X_OK) != 0) {
    return fail(fmt::format("{} cannot be run ({}): install the package xvfb", settings.program,
                            error_text(errno)));
  }
  const std::string secret = settings.folder + "/xauthority";
  const std::string log = settings.folder + "/xvfb.log";
  if (auto written = write_secret(secret, settings, rng); !written) return fail(written.error());
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return fail(fmt::format("cannot make a pipe: {}", error_text(errno)));
  }
  const FileHandle reading(ends[0]);
  FileHandle writing(ends[1]);
  auto child = ChildProcess::start({.command = command_of(settings, secret),
                                    .log_file = log,
                                    .inherited_fd = writing.fd(),
                                    .run_as = settings.run_as});
  if (!child) return fail(child.error());
  writing.close();
  X11Place place{.display = 0, .xauthority = secret};
  switch (read_display(reading.fd(), monotonic_now() + settings.timeout, place.display)) {
    case Waited::kReady:
      return XvfbServer(std::move(place), std::move(*child));
    case Waited::kTimedOut:
      return fail(fmt::format("{} was not ready in {} ms: {}", settings.program,
                              std::chrono::floor<milliseconds>(settings.timeout).count(),
                              last_line(log)));
    case Waited::kEnded:
      break;
  }
  return fail(fmt::format("{} ended at once: {}", settings.program, last_line(log)));
}

std::string XvfbServer::display_name() const {
  return fmt::format(":{}", place_.display);
}

XvfbServer::~XvfbServer() {
  stop();
}

void XvfbServer::stop() {
  child_.stop(kStopGrace);
}

}  // namespace turnpike::capture
