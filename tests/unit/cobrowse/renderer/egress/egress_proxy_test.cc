#include "cobrowse/renderer/egress/egress_proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/cobrowse/renderer/egress/proxy_world.h"

namespace turnpike::egress {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string with_port(std::string_view text, std::uint16_t port) {
  return std::string(text) + ":" + std::to_string(port);
}

TEST(EgressProxy, StartSaysWhatIsWrong) {
  EXPECT_THAT(EgressProxy::start(-1, {}).error(), HasSubstr("no listening socket"));
  EXPECT_THAT(EgressProxy::start(::socket(AF_INET, SOCK_STREAM, 0), {}).error(),
              HasSubstr("no listening socket"));
  EgressSettings bad;
  bad.policy.denied_sites = {"a b"};
  EXPECT_THAT(EgressProxy::start(::dup(listen_on("127.0.0.1", 0).get()), bad).error(),
              HasSubstr("denied sites: \"a b\""));
  EXPECT_THAT(
      EgressProxy::start(::dup(listen_on("127.0.0.1", 0).get()), {.resolver = nullptr}).error(),
      HasSubstr("no resolver"));
}

TEST(EgressProxy, CarriesTunnels) {
  const Site site(echo);
  World world;
  world.name("a.site.test", {{"127.0.0.1"}});
  world.allow_port(site.port());
  world.start();
  Wire wire = world.client();
  // The first bytes come with the head, as browsers that are in a hurry send them.
  wire.send("CONNECT A.site.test.:" + std::to_string(site.port()) + " HTTP/1.1\r\n\r\nhello");
  EXPECT_THAT(wire.read_head(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(wire.read_bytes(5), "hello");
  wire.send(" again");
  EXPECT_EQ(wire.read_bytes(6), " again");
  wire.end();
  EXPECT_EQ(wire.read_all(), "");
  EXPECT_EQ(wire.last(), IoStatus::kEnd);
  EXPECT_EQ(world.proxy().total(Total::kTunnels), 1U);
  EXPECT_EQ(world.proxy().total(Total::kUploadBytes), 6U);
  EXPECT_EQ(world.proxy().total(Total::kDownloadBytes), 11U);
  EXPECT_THAT(world.refused(), IsEmpty());
}

TEST(EgressProxy, CarriesPlainRequests) {
  const Site site(answering(""));
  World world;
  world.name("a.site.test", {{"127.0.0.1"}});
  world.allow_port(site.port());
  world.start();
  const std::string host = with_port("a.site.test", site.port());
  const std::string answer = world.ask("GET http://" + host + "/p?q=1 HTTP/1.1\r\nHost: b\r\n" +
                                       "Proxy-Connection: keep-alive\r\nAccept: */*\r\n\r\n");
  EXPECT_EQ(answer, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nGET /p?q=1 HTTP/1.1\r\nHost: " +
                        host + "\r\nAccept: */*\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(world.proxy().total(Total::kRequests), 1U);
}

TEST(EgressProxy, CarriesBodiesOfAnyMethod) {
  const Site site([](Wire wire) {
    const std::string head = wire.read_head();
    wire.send("HTTP/1.1 200 OK\r\n\r\n" + head.substr(0, head.find(' ')) + wire.read_bytes(5));
  });
  World world;
  world.name("a.site.test", {{"127.0.0.1"}});
  world.allow_port(site.port());
  world.start();
  const std::string url = with_port("http://a.site.test", site.port());
  EXPECT_THAT(world.ask("PATCH " + url + " HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"),
              EndsWith("\r\n\r\nPATCHhello"));
}

TEST(EgressProxy, CarriesUpgradesOfPlainRequests) {
  const Site site([](Wire wire) {
    EXPECT_THAT(wire.read_head(), HasSubstr("Upgrade: websocket\r\nConnection: Upgrade\r\n"));
    wire.send(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\n\r\nframe");
    EXPECT_EQ(wire.read_bytes(6), "frames");
    wire.send("last");
    wire.end();
  });
  World world;
  world.name("a.site.test", {{"127.0.0.1"}});
  world.allow_port(site.port());
  world.start();
  Wire wire = world.client();
  wire.send("GET " + with_port("http://a.site.test", site.port()) +
            "/s HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
  EXPECT_THAT(wire.read_head(), StartsWith("HTTP/1.1 101 Switching Protocols\r\n"));
  EXPECT_EQ(wire.read_bytes(5), "frame");
  wire.send("frames");
  EXPECT_EQ(wire.read_all(), "last");
}

// The names do lead to the site of the test; only the proxy stands between.
TEST(EgressProxy, LoopbackIsRefusedInEveryNotation) {
  const Site site(answering(""));
  World world;
  world.settings.policy.allow_internal = {};
  world.allow_port(site.port());
  world.name("inside.test", {{"127.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"}});
  world.name("localhost", {{"127.0.0.1"}});
  world.start();
  int refusals = 0;
  for (const std::string_view host : {"127.0.0.1",
                                      "127.1",
                                      "2130706433",
                                      "0x7f.1",
                                      "0x7f000001",
                                      "0177.0.0.1",
                                      "127.0.0.1.",
                                      "0.0.0.0",
                                      "0",
                                      "[::1]",
                                      "[::]",
                                      "[::ffff:127.0.0.1]",
                                      "[::ffff:7f00:1]",
                                      "[::127.0.0.1]",
                                      "[2002:7f00:1::]",
                                      "[64:ff9b::127.0.0.1]",
                                      "[::1%25lo]",
                                      "localhost",
                                      "LOCALHOST.",
                                      "a.localhost",
                                      "127%2e0.0.1",
                                      "inside.test",
                                      "INSIDE.test."}) {
    EXPECT_THAT(world.get("http://" + with_port(host, site.port()) + "/"),
                StartsWith("HTTP/1.1 403 "))
        << host;
    EXPECT_THAT(world.connect(with_port(host, site.port())), StartsWith("HTTP/1.1 403 ")) << host;
    refusals += 2;
  }
  EXPECT_EQ(site.connections(), 0);
  EXPECT_EQ(world.refused().size(), static_cast<std::size_t>(refusals));
  // Nothing but the one name that has to be looked up was looked up.
  EXPECT_EQ(world.lookups(), 4);
  EXPECT_EQ(world.lookups("inside.test"), 4);
}

TEST(EgressProxy, RedirectsInsideAreRefused) {
  const Site site(
      answering("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/\r\n"
                "Content-Length: 0\r\n\r\n"));
  World world;
  world.name("a.site.test", {{"127.0.0.1"}});
  world.allow_port(site.port());
  world.start();
  const std::string answer = world.get(with_port("http://a.site.test", site.port()) + "/");
  const std::size_t at = answer.find("Location: ") + 10;
  const std::string location = answer.substr(at, answer.find("\r\n", at) - at);
  EXPECT_THAT(world.get(location), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(world.refused(), ElementsAre("169.254.169.254:80 internal_address"));
}

TEST(EgressProxy, NamesAreLookedUpOnceForEachConnection) {
  const Site inside(answering("HTTP/1.1 200 OK\r\n\r\nsecret"), "127.0.0.1");
  const Site outside(answering("HTTP/1.1 200 OK\r\n\r\npublic"), "127.0.0.2", inside.port());
  World world;
  // 127.0.0.2 stands for the internet.
  world.settings.policy.allow_internal = {"127.0.0.2"};
  world.name("rebind.test", {{"127.0.0.2"}, {"127.0.0.1"}});
  world.allow_port(inside.port());
  world.start();
  const std::string url = with_port("http://rebind.test", inside.port()) + "/";
  EXPECT_THAT(world.get(url), EndsWith("public"));
  EXPECT_EQ(world.lookups("rebind.test"), 1);
  EXPECT_THAT(world.get(url), StartsWith("HTTP/1.1 403 "));
  EXPECT_EQ(world.lookups("rebind.test"), 2);
  EXPECT_EQ(inside.connections(), 0);
}

TEST(EgressProxy, OfMixedAnswersTheGoodOnesAreUsed) {
  const Site inside(answering("HTTP/1.1 200 OK\r\n\r\nsecret"), "127.0.0.1");
  const Site outside(answering("HTTP/1.1 200 OK\r\n\r\npublic"), "127.0.0.2", inside.port());
  World world;
  world.settings.policy.allow_internal = {"127.0.0.2"};
  world.name("mixed.test", {{"127.0.0.1", "::1", "127.0.0.2"}});
  world.allow_port(inside.port());
  world.start();
  EXPECT_THAT(world.get(with_port("http://mixed.test", inside.port()) + "/"), EndsWith("public"));
  EXPECT_EQ(inside.connections(), 0);
}

TEST(EgressProxy, PortsThatAreNotAllowedAreRefusedWithoutALookUp) {
  const Site site(answering(""));
  World world;
  world.name("a.site.test", {{"127.0.0.1"}});
  world.start();
  EXPECT_THAT(world.connect(with_port("a.site.test", site.port())), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(world.refused(), ElementsAre(with_port("a.site.test", site.port()) + " port"));
  EXPECT_EQ(world.lookups(), 0);
  EXPECT_EQ(site.connections(), 0);
}

TEST(EgressProxy, RefusalsAreTellingAndCounted) {
  World world;
  world.settings.policy.denied_sites = {"*.bad.test"};
  world.start();
  const std::string page = world.get("http://WWW.bad.test/secret?token=1");
  EXPECT_THAT(page, StartsWith("HTTP/1.1 403 Forbidden\r\n"));
  EXPECT_THAT(page, HasSubstr("<b>www.bad.test</b>"));
  EXPECT_THAT(page, HasSubstr(std::string(reason_text(Reason::kDeniedSite))));
  EXPECT_THAT(page, testing::Not(HasSubstr("token")));
  EXPECT_THAT(world.connect("www.bad.test:443"), StartsWith("HTTP/1.1 403 Forbidden\r\n"));
  EXPECT_THAT(world.refused(),
              ElementsAre("www.bad.test:80 denied_site", "www.bad.test:443 denied_site"));
  EXPECT_EQ(world.proxy().count(Reason::kDeniedSite), 2U);
  EXPECT_EQ(world.proxy().count(Reason::kPort), 0U);
}

TEST(EgressProxy, ItselfIsNoSite) {
  for (const std::string_view listening : {"127.0.0.1", "0.0.0.0"}) {
    FileDescriptor listener = listen_on(listening, 0);
    const std::uint16_t port = port_of(listener);
    EgressSettings settings;
    settings.policy = {.allowed_ports = {port}, .allow_internal = {"127.0.0.0/8"}};
    const auto proxy = EgressProxy::start(::dup(listener.get()), settings).value();
    Wire wire = Wire::to("127.0.0.1", port);
    wire.send("CONNECT " + with_port("127.0.0.1", port) + " HTTP/1.1\r\n\r\n");
    EXPECT_THAT(wire.read_all(), StartsWith("HTTP/1.1 403 "));
    EXPECT_EQ(proxy->count(Reason::kOwnAddress), 1U);
  }
}

TEST(EgressProxy, MillionsOfBytesBothWaysStayWhatTheyAre) {
  constexpr std::size_t kBytes = 8U << 20;
  std::string bytes(kBytes, '\0');
  std::uint32_t state = 1;
  for (char& c : bytes) {
    state = state * 1664525U + 1013904223U;
    c = static_cast<char>(state >> 24);
  }
  const Site site([&](Wire wire) {
    std::thread sender([&] {
      EXPECT_TRUE(wire.send(bytes));
      wire.end();
    });
    // A reader of its own: the class is not for two threads.
    Wire reader{FileDescriptor(::dup(wire.fd()))};
    EXPECT_TRUE(reader.read_all() == bytes);
    sender.join();
  });
  World world;
  world.name("a.site.test", {{"127.0.0.1"}});
  world.allow_port(site.port());
  world.start();
  Wire wire = world.client();
  wire.send("CONNECT " + with_port("a.site.test", site.port()) + " HTTP/1.1\r\n\r\n");
  EXPECT_THAT(wire.read_head(), StartsWith("HTTP/1.1 200 "));
  Wire writer{FileDescriptor(::dup(wire.fd()))};
  std::thread sender([&] {
    EXPECT_TRUE(writer.send(bytes));
    writer.end();
  });
  EXPECT_TRUE(wire.read_all() == bytes);
  sender.join();
}

TEST(EgressProxy, DownloadsHaveALimitForTheConnectionAndForTheSession) {
  const Site site(answering("HTTP/1.1 200 OK\r\n\r\n" + std::string(300000, 'x')));
  World world;
  world.name("a.site.test", {{"127.0.0.1"}});
  world.allow_port(site.port());
  world.settings.limits.connection_download_bytes = 200000;
  world.settings.limits.session_download_bytes = 350000;
  world.start();
  const std::string url = with_port("http://a.site.test", site.port()) + "/";
  const auto load = [&] {
    Wire wire = world.client();
    wire.send("GET " + url + " HTTP/1.1\r\n\r\n");
    const std::size_t got = wire.read_all().size();
    return std::pair(got, wire.last());
  };
  const auto [first, first_end] = load();
  EXPECT_LE(first, 200000U);
  EXPECT_EQ(first_end, IoStatus::kError);  // and not an end, which would look like all of it
  EXPECT_EQ(world.proxy().count(Reason::kDownloadLimit), 1U);
  const auto [second, second_end] = load();
  EXPECT_LE(first + second, 350000U);
  EXPECT_EQ(second_end, IoStatus::kError);
  EXPECT_EQ(world.proxy().count(Reason::kSessionLimit), 1U);
  EXPECT_THAT(world.get(url), StartsWith("HTTP/1.1 403 "));
  EXPECT_EQ(world.proxy().count(Reason::kSessionLimit), 2U);
  EXPECT_THAT(world.refused(), testing::SizeIs(3));
}

}  // namespace
}  // namespace turnpike::egress
