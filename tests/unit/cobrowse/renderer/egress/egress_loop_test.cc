#include "cobrowse/renderer/egress/egress_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>

#include <ctime>

#include "tests/unit/cobrowse/renderer/egress/proxy_world.h"

namespace turnpike::egress {
namespace {

using testing::EndsWith;
using testing::StartsWith;

std::string connect_to(std::uint16_t port) {
  return "CONNECT a.site.test:" + std::to_string(port) + " HTTP/1.1\r\n\r\n";
}

TEST(EgressLoop, ConnectionsHaveALimit) {
  const Site site(echo);
  World world;
  world.name("a.site.test", {{"127.0.0.1"}});
  world.allow_port(site.port());
  world.settings.limits.connections = 2;
  world.start();
  std::vector<Wire> held;
  for (int i = 0; i < 2; ++i) {
    held.push_back(world.client());
    held.back().send(connect_to(site.port()));
    EXPECT_THAT(held.back().read_head(), StartsWith("HTTP/1.1 200 "));
  }
  EXPECT_EQ(world.proxy().open_connections(), 2U);
  EXPECT_THAT(world.client().read_all(), StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(world.proxy().count(Reason::kTooManyConnections), 1U);
  // The others go on, and one that ends makes room.
  held[0].send("on");
  EXPECT_EQ(held[0].read_bytes(2), "on");
  held[0].end();
  EXPECT_EQ(held[0].read_all(), "");
  held.erase(held.begin());
  std::string head;
  for (int i = 0; i < 500 && !head.starts_with("HTTP/1.1 200 "); ++i) {
    Wire wire = world.client();
    wire.send(connect_to(site.port()));
    head = wire.read_head();
    std::this_thread::sleep_for(milliseconds(2));
  }
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 "));
  world.stop();
}

TEST(EgressLoop, IdleConnectionsAreGivenUp) {
  const Site site([](Wire wire) { wire.read_all(); });
  World world;
  world.name("a.site.test", {{"127.0.0.1"}});
  world.allow_port(site.port());
  world.settings.limits.idle_time = milliseconds(100);
  world.start();
  Wire tunnel = world.client();
  tunnel.send(connect_to(site.port()));
  tunnel.read_head();
  EXPECT_EQ(tunnel.read_all(), "");
  EXPECT_THAT(world.get("http://a.site.test:" + std::to_string(site.port())),
              StartsWith("HTTP/1.1 504 "));
  EXPECT_EQ(world.proxy().count(Reason::kIdle), 2U);
}

TEST(EgressLoop, StoppingResetsWhatIsUnderWay) {
  const Site site(echo);
  World world;
  world.name("a.site.test", {{"127.0.0.1"}});
  world.allow_port(site.port());
  world.start();
  Wire wire = world.client();
  wire.send(connect_to(site.port()));
  wire.read_head();
  world.stop();
  EXPECT_EQ(wire.read_all(), "");
  EXPECT_EQ(wire.last(), IoStatus::kError);
}

TEST(EgressLoop, StoppingForgetsNamesThatNobodyWaitsForAnyMore) {
  World world;
  world.settings.resolver = [](const std::string&) {
    std::this_thread::sleep_for(milliseconds(50));
    return std::vector<IpAddress>{ip("127.0.0.1")};
  };
  world.settings.limits.resolver_threads = 1;
  world.start();
  std::vector<Wire> waiting;
  for (int i = 0; i < 20; ++i) {
    waiting.push_back(world.client());
    waiting.back().send("CONNECT a.site.test:443 HTTP/1.1\r\n\r\n");
  }
  const auto begin = std::chrono::steady_clock::now();
  world.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(800));
}

TEST(EgressLoop, ListensOnUnixSockets) {
  const Site site(answering("HTTP/1.1 200 OK\r\n\r\nfine"));
  const std::string path = testing::TempDir() + "egress_loop_test." + std::to_string(::getpid());
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof where.sun_path);
  std::memcpy(where.sun_path, path.data(), path.size());
  const auto* generic = reinterpret_cast<const sockaddr*>(&where);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(listener, generic, sizeof where), 0);
  ASSERT_EQ(::listen(listener, 4), 0);
  EgressSettings settings;
  settings.policy = {.allowed_ports = {site.port()}, .allow_internal = {"127.0.0.1"}};
  const auto proxy = EgressProxy::start(listener, settings);
  ASSERT_TRUE(proxy.has_value());
  FileDescriptor client(::socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(::connect(client.get(), generic, sizeof where), 0);
  Wire wire(std::move(client));
  wire.send("GET http://127.0.0.1:" + std::to_string(site.port()) + "/ HTTP/1.1\r\n\r\n");
  EXPECT_THAT(wire.read_all(), EndsWith("fine"));
  ::unlink(path.c_str());
}

TEST(EgressLoop, RunningOutOfDescriptorsIsAPauseAndNoEnd) {
  World world;
  world.start();
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  FileDescriptor client(::socket(AF_INET, SOCK_STREAM, 0));
  // No number above those in use is left.
  const rlimit tight{.rlim_cur = static_cast<rlim_t>(client.get()) + 1,
                     .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(world.port());
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where), 0);
  const std::clock_t begin = std::clock();  // of the processor, for all threads
  std::this_thread::sleep_for(milliseconds(400));
  EXPECT_LT(std::clock() - begin, CLOCKS_PER_SEC / 5);
  EXPECT_EQ(world.proxy().total(Total::kConnections), 0U);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  Wire wire(std::move(client));
  wire.send("nonsense\r\n\r\n");
  EXPECT_THAT(wire.read_all(), StartsWith("HTTP/1.1 400 "));
}

}  // namespace
}  // namespace turnpike::egress
