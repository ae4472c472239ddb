// turnpike-renderer: reads its orders from standard input, or from the file of --orders, which it
// deletes; serves one session, and ends with it.
// Not started by hand; turnpike-cobrowse does.

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/log.h"
#include "cobrowse/renderer/first_process.h"
#include "cobrowse/renderer/left_over.h"
#include "cobrowse/renderer/orders.h"
#include "cobrowse/renderer/renderer.h"

namespace turnpike::renderer {
namespace {

constexpr std::size_t kMaxOrders = 1 << 20;

/// Lines on standard error, for whoever has started us.
class StderrSink final : public log::Sink {
 public:
  void write(log::Level level, std::string_view line) override {
    const char* const name = level == log::Level::kError     ? "ERROR"
                             : level == log::Level::kWarning ? "WARNING"
                                                             : "INFO";
    const std::string text = std::string("renderer ") + name + ": " + std::string(line) + "\n";
    std::fputs(text.c_str(), stderr);
  }
};

std::string read_all(int fd) {
  std::string text;
  char chunk[4096];
  ssize_t got = 0;
  while (text.size() < kMaxOrders && (got = ::read(fd, chunk, sizeof chunk)) > 0) {
    text.append(chunk, static_cast<std::size_t>(got));
  }
  return text;
}

/// The browser's user enters it, and finds in it what is his.
std::string make_folder(const std::string& base) {
  std::string name = base + "/" + kFolderPrefix + "XXXXXX";
  if (::mkdtemp(name.data()) == nullptr || ::chmod(name.c_str(), 0711) != 0) return {};
  return name;
}

/// Without the file's name: standard input. The file is gone before there is a browser.
std::string read_orders(const char* file) {
  if (file == nullptr) return read_all(0);
  const int fd = ::open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    LOG(kError, "cannot read \"{}\": {}", file, std::strerror(errno));
    return {};
  }
  std::string text = read_all(fd);
  ::close(fd);
  if (::unlink(file) == 0) return text;
  LOG(kError, "cannot delete \"{}\": {}", file, std::strerror(errno));
  return {};
}

int run(const char* orders_file) {
  StderrSink sink;
  log::install(&sink);
  const auto orders = parse_orders(read_orders(orders_file));
  if (!orders) {
    LOG(kError, "{}", orders.error());
    return 255;
  }
  const char* const chosen = std::getenv("TMPDIR");
  const std::string base = chosen != nullptr ? chosen : "/tmp";
  if (orders->uid != 0 && ::geteuid() == 0) remove_left_over(base, orders->uid);
  const std::string folder = make_folder(base);
  if (folder.empty()) {
    LOG(kError, "no folder for temporary files can be made");
    return 1;
  }
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT}) ::sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  int code = 0;
  {
    ice::EventLoop loop;
    const auto renderer =
        Renderer::start(loop, *orders, folder, [] { ::kill(::getpid(), SIGTERM); });
    if (renderer) {
      int signal = 0;
      ::sigwait(&signals, &signal);
    } else {
      LOG(kError, "{}", renderer.error());
      code = 1;
    }
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  log::install(nullptr);
  return code;
}

}  // namespace
}  // namespace turnpike::renderer

int main(int argc, char** argv) {
  const bool has_file = argc == 3 && std::string_view(argv[1]) == "--orders";
  if (argc > 1 && !has_file) {
    std::fputs("usage: turnpike-renderer [--orders FILE]\n", stderr);
    return 255;
  }
  if (::getpid() == 1) {
    if (const auto code = turnpike::renderer::be_first_process()) return *code;
  }
  return turnpike::renderer::run(has_file ? argv[2] : nullptr);
}
