#include "cobrowse/server/own_addresses.h"

#include <gmock/gmock.h>

namespace turnpike::cobrowse {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Not;

TEST(OwnAddresses, OneIsItself) {
  EXPECT_THAT(every_own_address("192.0.2.1:8090"), ElementsAre("192.0.2.1:8090"));
  EXPECT_THAT(every_own_address("[2001:db8::1]:8090"), ElementsAre("[2001:db8::1]:8090"));
  EXPECT_THAT(every_own_address("nonsense"), ElementsAre("nonsense"));
}

TEST(OwnAddresses, AllOfTheMachineAreNamedOneByOne) {
  for (const char* const listen : {"*:8090", "0.0.0.0:8090", "[::]:8090"}) {
    const auto all = every_own_address(listen);
    EXPECT_THAT(all, Contains("127.0.0.1:8090")) << listen;
    EXPECT_THAT(all, Each(EndsWith(":8090")));
    EXPECT_THAT(all, Not(Contains(listen)));
  }
}

}  // namespace
}  // namespace turnpike::cobrowse
