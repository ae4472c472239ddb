#include "relay/server/ops/signals.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace turnpike::server {
namespace {

struct Row {
  Signal signal;
  int number;
  const char* name;
};
constexpr std::array<Row, 5> kRows{{{Signal::kTerminate, SIGTERM, "SIGTERM"},
                                    {Signal::kInterrupt, SIGINT, "SIGINT"},
                                    {Signal::kHangUp, SIGHUP, "SIGHUP"},
                                    {Signal::kUser1, SIGUSR1, "SIGUSR1"},
                                    {Signal::kUser2, SIGUSR2, "SIGUSR2"}}};

}  // namespace

const char* signal_name(Signal signal) {
  return kRows[static_cast<std::size_t>(signal)].name;
}

Result<SignalSource, std::string> SignalSource::create() {
  sigset_t wanted;
  ::sigemptyset(&wanted);
  for (const Row& row : kRows) ::sigaddset(&wanted, row.number);
  net::Fd fd(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd.valid()) return fail(fmt::format("cannot open a signalfd: {}", std::strerror(errno)));
  sigset_t old_mask;
  ::pthread_sigmask(SIG_BLOCK, &wanted, &old_mask);
  ::signal(SIGPIPE, SIG_IGN);
  return SignalSource(std::move(fd), old_mask);
}

SignalSource::~SignalSource() {
  if (fd_.valid()) ::pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
}

std::optional<Signal> SignalSource::next() {
  signalfd_siginfo info{};
  ssize_t size = 0;
  do {
    size = ::read(fd_.get(), &info, sizeof info);
  } while (size < 0 && errno == EINTR);
  if (size != static_cast<ssize_t>(sizeof info)) return std::nullopt;
  for (const Row& row : kRows) {
    if (row.number == static_cast<int>(info.ssi_signo)) return row.signal;
  }
  return std::nullopt;
}

void block_signals_in_this_thread() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace turnpike::server
