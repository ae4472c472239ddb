#include "credentials/core/base64.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace turnpike::credentials {
namespace {

// RFC 4648 section 10.
TEST(Base64, EncodesTheVectorsOfTheRfc) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(base64_encode(as_bytes(plain)), encoded);
  }
}

TEST(Base64, UsesTheStandardAlphabetForHighBytes) {
  const std::array<std::uint8_t, 6> bytes = {0xfb, 0xff, 0xbf, 0xff, 0xef, 0xbe};
  EXPECT_EQ(base64_encode(bytes), "+/+//+++");
}

}  // namespace
}  // namespace turnpike::credentials
