#include "relay/server/ops/patient_write.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "relay/net/fd.h"

namespace turnpike::server {
namespace {

class PatientWriteTest : public testing::Test {
 protected:
  PatientWriteTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    reader_ = net::Fd(ends[0]);
    pipe_ = net::Fd(ends[1]);
    ::fcntl(reader_.get(), F_SETFL, O_NONBLOCK);
  }
  void fill() {
    PatientWriter impatient{std::chrono::milliseconds(0)};
    while (impatient.write(pipe_.get(), std::string(4096, '.')) == WriteOutcome::kDone) {
    }
  }
  std::string read_all() {
    std::string all;
    std::array<char, 4096> part{};
    for (ssize_t n = 0; (n = ::read(reader_.get(), part.data(), part.size())) > 0;) {
      all.append(part.data(), static_cast<std::size_t>(n));
    }
    return all;
  }
  net::Fd reader_;
  net::Fd pipe_;
};

TEST_F(PatientWriteTest, WritesLongText) {
  PatientWriter writer{std::chrono::seconds(10)};
  const std::string text(20'000, 'x');
  EXPECT_EQ(writer.write(pipe_.get(), text), WriteOutcome::kDone);
  EXPECT_EQ(read_all(), text);
}

TEST_F(PatientWriteTest, GivesUpOnAReaderThatStopped) {
  fill();
  PatientWriter writer{std::chrono::milliseconds(1)};
  EXPECT_EQ(writer.write(pipe_.get(), "x"), WriteOutcome::kStalled);
}

TEST_F(PatientWriteTest, WaitsOnceAndGoesOnWhenTheReaderReads) {
  fill();
  PatientWriter writer{std::chrono::milliseconds(50)};
  EXPECT_EQ(writer.write(pipe_.get(), "x"), WriteOutcome::kStalled);
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(writer.write(pipe_.get(), "x"), WriteOutcome::kStalled);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(40));
  read_all();
  EXPECT_EQ(writer.write(pipe_.get(), "y"), WriteOutcome::kDone);
  EXPECT_EQ(read_all(), "y");
}

TEST_F(PatientWriteTest, SaysThatItFailed) {
  PatientWriter writer{std::chrono::seconds(10)};
  const net::Fd full(::open("/dev/full", O_WRONLY));
  EXPECT_EQ(writer.write(full.get(), "x"), WriteOutcome::kFailed);
  EXPECT_EQ(errno, ENOSPC);
  ::signal(SIGPIPE, SIG_IGN);
  reader_.reset();
  EXPECT_EQ(writer.write(pipe_.get(), "x"), WriteOutcome::kFailed);
  EXPECT_EQ(errno, EPIPE);
  ::signal(SIGPIPE, SIG_DFL);
}

}  // namespace
}  // namespace turnpike::server
