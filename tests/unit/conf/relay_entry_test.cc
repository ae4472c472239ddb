#include "conf/relay_entry.h"

#include <gmock/gmock.h>

namespace turnpike::conf {
namespace {

TEST(RelayEntry, ItsMembersAreItsOwn) {
  RelayEntry entry;
  EXPECT_EQ(entry.port, 3478);
  for (const YamlMember& member : relay_members(entry)) {
    if (member.key == "host") *std::get<std::string*>(member.field) = "turn.example.org";
    if (member.key == "tls_port") *std::get<std::uint16_t*>(member.field) = 5349;
  }
  EXPECT_EQ(entry.host, "turn.example.org");
  EXPECT_EQ(entry.tls_port, 5349);
}

}  // namespace
}  // namespace turnpike::conf
