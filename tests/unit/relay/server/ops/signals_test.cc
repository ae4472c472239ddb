#include "relay/server/ops/signals.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <thread>

#include "tests/unit/relay/server/ops/in_child.h"

namespace turnpike::server {
namespace {

TEST(Signals, ArriveAsValues) {
  auto signals = SignalSource::create();
  ASSERT_TRUE(signals);
  EXPECT_FALSE(signals->next());
  const std::pair<int, Signal> pairs[] = {{SIGTERM, Signal::kTerminate},
                                          {SIGINT, Signal::kInterrupt},
                                          {SIGHUP, Signal::kHangUp},
                                          {SIGUSR1, Signal::kUser1},
                                          {SIGUSR2, Signal::kUser2}};
  for (const auto& [number, signal] : pairs) {
    ::kill(::getpid(), number);
    pollfd readable{signals->fd(), POLLIN, 0};
    EXPECT_EQ(::poll(&readable, 1, 0), 1);
    EXPECT_EQ(signals->next(), signal);
    EXPECT_FALSE(signals->next());
  }
}

TEST(Signals, SentToTheProcessDoNotDisturbOtherThreads) {
  auto signals = SignalSource::create();
  ASSERT_TRUE(signals);
  std::thread other([] { ::kill(::getpid(), SIGUSR1); });
  other.join();
  EXPECT_EQ(signals->next(), Signal::kUser1);
}

TEST(Signals, HaveNames) {
  EXPECT_STREQ(signal_name(Signal::kTerminate), "SIGTERM");
  EXPECT_STREQ(signal_name(Signal::kInterrupt), "SIGINT");
  EXPECT_STREQ(signal_name(Signal::kHangUp), "SIGHUP");
  EXPECT_STREQ(signal_name(Signal::kUser1), "SIGUSR1");
  EXPECT_STREQ(signal_name(Signal::kUser2), "SIGUSR2");
}

TEST(Signals, ABrokenPipeIsNotTheEnd) {
  const ChildOutcome outcome = in_child([](int) {
    const auto signals = SignalSource::create();
    ::raise(SIGPIPE);
    return signals ? 0 : 1;
  });
  EXPECT_EQ(outcome.exit_code, 0);
}

TEST(Signals, TheMaskComesBack) {
  const auto blocked = [] {
    sigset_t mask;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    return ::sigismember(&mask, SIGHUP) == 1;
  };
  EXPECT_FALSE(blocked());
  {
    auto signals = SignalSource::create();
    EXPECT_TRUE(blocked());
    const SignalSource moved = std::move(*signals);
    signals = fail(std::string("gone"));
    EXPECT_TRUE(blocked()) << "only the one that owns the descriptor gives the mask back";
  }
  EXPECT_FALSE(blocked());
}

TEST(Signals, AThreadCanLeaveThemToOthers) {
  std::thread([] {
    block_signals_in_this_thread();
    sigset_t mask;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    EXPECT_EQ(::sigismember(&mask, SIGTERM), 1);
    EXPECT_EQ(::sigismember(&mask, SIGALRM), 1);
  }).join();
}

}  // namespace
}  // namespace turnpike::server
