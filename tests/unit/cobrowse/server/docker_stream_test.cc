#include "cobrowse/server/docker_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_daemon.h"

namespace turnpike::cobrowse {
namespace {

using testing::HasSubstr;

constexpr milliseconds kLong{5000};

TEST(DockerStream, TheInputArrivesWholeAndEnds) {
  FakeDaemon daemon([](const SeenRequest&) { return FakeAnswer{.status = 101, .hijacks = true}; });
  const std::string text(1'000'000, 'x');
  {
    auto stream = DockerStream::attach(daemon.path(), "/attach", kLong);
    ASSERT_TRUE(stream) << stream.error();
    const auto written = stream->write_all(text);
    ASSERT_TRUE(written) << written.error();
  }
  EXPECT_EQ(daemon.input(), text);
  EXPECT_THAT(daemon.seen()[0].head, HasSubstr("Upgrade: tcp"));
}

TEST(DockerStream, ErrorsSayWhatTheDaemonSaid) {
  FakeDaemon refusing([](const SeenRequest&) { return FakeAnswer{.status = 404}; });
  EXPECT_EQ(DockerStream::attach(refusing.path(), "/attach", kLong).error(),
            "attach: HTTP/1.1 404 X");
  FakeDaemon silent([](const SeenRequest&) { return FakeAnswer{.is_silent = true}; });
  EXPECT_THAT(DockerStream::attach(silent.path(), "/attach", milliseconds(50)).error(),
              HasSubstr("no answer in time"));
  EXPECT_THAT(DockerStream::attach("/nowhere/docker.sock", "/attach", kLong).error(),
              HasSubstr("cannot connect to \"/nowhere/docker.sock\""));
  EXPECT_FALSE(DockerStream::attach(std::string(200, 'x'), "/attach", kLong));
}

}  // namespace
}  // namespace turnpike::cobrowse
