#include "cobrowse/renderer/egress/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>

#include "tests/unit/cobrowse/renderer/egress/proxy_world.h"

namespace turnpike::egress {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string with_port(std::string_view text, std::uint16_t port) {
  return std::string(text) + ":" + std::to_string(port);
}

TEST(Connection, HeadsThatMakeNoSenseGetAnAnswer) {
  World world;
  world.start();
  EXPECT_THAT(world.ask("hello\r\n\r\n"), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_THAT(world.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(world.ask("CONNECT a.test HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(world.ask("GET http://a.test/ HTTP/1.1\r\nA: b\nC: d\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(world.proxy().count(Reason::kMalformed), 4U);
  EXPECT_THAT(world.ask("GET ftp://a.test/ HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 403 "));
  EXPECT_EQ(world.proxy().count(Reason::kScheme), 1U);
  EXPECT_THAT(world.ask("POST http://a.test/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"),
              StartsWith("HTTP/1.1 411 "));
  EXPECT_THAT(world.refused(), IsEmpty());  // no host was understood
}

TEST(Connection, HeadsMayComeByteByByte) {
  const Site site(answering("HTTP/1.1 200 OK\r\n\r\nfine"));
  World world;
  world.name("a.site.test", {{"127.0.0.1"}});
  world.allow_port(site.port());
  world.start();
  Wire wire = world.client();
  for (const char c : "GET http://" + with_port("a.site.test", site.port()) + " HTTP/1.1\r\n\r\n") {
    wire.send(std::string_view(&c, 1));
  }
  EXPECT_THAT(wire.read_all(), EndsWith("fine"));
}

TEST(Connection, SlowHeadsAreGivenUp) {
  World world;
  world.settings.limits.head_time = milliseconds(100);
  world.start();
  Wire silent = world.client();
  Wire slow = world.client();
  slow.send("GET http://a.site.test/ HTTP/1.1\r\n");
  EXPECT_THAT(slow.read_all(), StartsWith("HTTP/1.1 408 "));
  EXPECT_EQ(silent.read_all(), "");
  EXPECT_EQ(silent.last(), IoStatus::kEnd);
  EXPECT_EQ(world.proxy().count(Reason::kHeadTooSlow), 2U);
}

TEST(Connection, HeadsHaveALimit) {
  const Site site(answering("HTTP/1.1 200 OK\r\n\r\nfine"));
  World world;
  world.name("a.site.test", {{"127.0.0.1"}});
  world.allow_port(site.port());
  world.start();
  const std::string start =
      "GET http://" + with_port("a.site.test", site.port()) + "/ HTTP/1.1\r\nA: ";
  const std::size_t room = world.settings.limits.head_bytes - start.size() - 4;
  EXPECT_THAT(world.ask(start + std::string(room, 'a') + "\r\n\r\n"), EndsWith("fine"));
  EXPECT_THAT(world.ask(start + std::string(room + 1, 'a') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  // Nobody waits for the end of it.
  EXPECT_THAT(world.ask(start + std::string(100000, 'a')), StartsWith("HTTP/1.1 431 "));
  EXPECT_EQ(world.proxy().count(Reason::kHeadTooLarge), 2U);
}

// Without reading what is still coming, the answer would be lost in a reset.
TEST(Connection, AnswersArriveAlthoughABodyIsOnItsWay) {
  World world;
  world.settings.policy.denied_sites = {"*"};
  world.start();
  EXPECT_THAT(world.ask("POST http://a.test/ HTTP/1.1\r\nContent-Length: 3000000\r\n\r\n" +
                        std::string(3000000, 'x')),
              StartsWith("HTTP/1.1 403 "));
}

TEST(Connection, NamesWithoutAddressesAreNoSites) {
  World world;
  world.start();
  EXPECT_THAT(world.get("http://nowhere.test/"), StartsWith("HTTP/1.1 502 "));
  EXPECT_EQ(world.proxy().count(Reason::kUnresolved), 1U);
  EXPECT_THAT(world.refused(), IsEmpty());
}

TEST(Connection, TheNextAddressIsTriedWhenOneFails) {
  const Site site(answering("HTTP/1.1 200 OK\r\n\r\nfine"), "127.0.0.3");
  World world;
  world.name("a.site.test", {{"::1", "127.0.0.2", "127.0.0.3"}});
  world.name("b.site.test", {{"::1", "127.0.0.2"}});
  world.allow_port(site.port());
  world.start();
  EXPECT_THAT(world.get("http://" + with_port("a.site.test", site.port())), EndsWith("fine"));
  EXPECT_THAT(world.get("http://" + with_port("b.site.test", site.port())),
              StartsWith("HTTP/1.1 502 "));
  EXPECT_EQ(world.proxy().count(Reason::kUnreachable), 1U);
}

TEST(Connection, TheNextAddressIsTriedWhenOneDoesNotAnswer) {
  const Site site(answering("HTTP/1.1 200 OK\r\n\r\nfine"), "127.0.0.3");
  // Its line is full, so the kernel leaves whoever knocks without an answer.
  const FileDescriptor deaf = listen_on("127.0.0.2", site.port(), 0);
  std::vector<FileDescriptor> waiting;
  for (int i = 0; i < 4; ++i) {
    auto fd = start_connect({ip("127.0.0.2"), site.port()});
    if (fd) waiting.push_back(std::move(*fd));
  }
  World world;
  world.name("a.site.test", {{"127.0.0.2", "127.0.0.3"}});
  world.name("b.site.test", {{"127.0.0.2"}});
  world.allow_port(site.port());
  world.settings.limits.connect_time = milliseconds(100);
  world.start();
  EXPECT_THAT(world.get("http://" + with_port("a.site.test", site.port())), EndsWith("fine"));
  EXPECT_THAT(world.connect(with_port("b.site.test", site.port())), StartsWith("HTTP/1.1 504 "));
  EXPECT_EQ(world.proxy().count(Reason::kConnectTimeout), 1U);
}

// An end would make what arrived look like all of it.
TEST(Connection, AResetOfTheSiteIsAResetForTheBrowser) {
  const Site site([](Wire wire) {
    wire.read_head();
    wire.send("HTTP/1.1 200 OK\r\n\r\nhalf");
    wire.read_bytes(1);
    wire.reset();
  });
  World world;
  world.name("a.site.test", {{"127.0.0.1"}});
  world.allow_port(site.port());
  world.start();
  Wire wire = world.client();
  wire.send("POST http://" + with_port("a.site.test", site.port()) +
            "/ HTTP/1.1\r\nContent-Length: 1\r\n\r\n");
  EXPECT_THAT(wire.read_head(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(wire.read_bytes(4), "half");
  wire.send("x");
  EXPECT_EQ(wire.read_all(), "");
  EXPECT_EQ(wire.last(), IoStatus::kError);
}

/// A name server that keeps everybody waiting until it is let go.
class SlowNames {
 public:
  std::vector<IpAddress> wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    return {};
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

TEST(Connection, LookUpsHaveATimeAndALine) {
  SlowNames names;
  World world;
  world.settings.resolver = [&](const std::string&) { return names.wait(); };
  world.settings.limits.resolver_threads = 1;
  world.settings.limits.resolver_line = 1;
  world.settings.limits.resolve_time = milliseconds(300);
  world.start();
  const std::string request = "GET http://a.site.test/ HTTP/1.1\r\n\r\n";
  Wire first = world.client();
  first.send(request);
  names.wait_for(1);
  Wire second = world.client();
  Wire third = world.client();
  second.send(request);
  third.send(request);
  // One of them found the line full, whichever came first.
  EXPECT_THAT(second.read_all() + third.read_all(), HasSubstr("HTTP/1.1 503 "));
  EXPECT_THAT(first.read_all(), StartsWith("HTTP/1.1 502 "));
  EXPECT_EQ(world.proxy().count(Reason::kBusy), 1U);
  EXPECT_EQ(world.proxy().count(Reason::kUnresolved), 2U);
  names.let_go();
}

TEST(Connection, OneHostIsTheProxyItself) {
  const std::string body(3'000'000, 'x');
  std::string asked;
  World world;
  world.settings.local_site = {.host = "here.invalid", .answer = [&](std::string_view request) {
                                 asked = request;
                                 return "HTTP/1.1 200 OK\r\n\r\n" + body;
                               }};
  world.start();
  EXPECT_EQ(world.get("http://HERE.invalid/a?b"), "HTTP/1.1 200 OK\r\n\r\n" + body);
  EXPECT_EQ(asked, "GET /a?b");
  asked.clear();
  EXPECT_THAT(world.get("http://here.invalid:81/a"), StartsWith("HTTP/1.1 502 "));
  EXPECT_THAT(world.connect("here.invalid:443"), StartsWith("HTTP/1.1 502 "));
  EXPECT_EQ(asked, "");
  EXPECT_EQ(world.lookups("here.invalid"), 0);
  EXPECT_THAT(world.refused(), IsEmpty());
}

}  // namespace
}  // namespace turnpike::egress
