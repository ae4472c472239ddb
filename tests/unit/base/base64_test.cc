#include "base/base64.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace turnpike {
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

// RFC 7515 appendix C.
TEST(Base64, TheAlphabetForUrlsHasNoPadding) {
  const std::array<std::uint8_t, 5> bytes = {3, 236, 255, 224, 193};
  EXPECT_EQ(base64url_encode(bytes), "A-z_4ME");
  const auto back = base64url_decode("A-z_4ME");
  ASSERT_TRUE(back);
  EXPECT_TRUE(std::equal(back->begin(), back->end(), bytes.begin(), bytes.end()));
}

TEST(Base64, DecodesEveryLengthThatItEncodes) {
  for (std::size_t size = 0; size < 70; ++size) {
    std::vector<std::uint8_t> bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 37 + size);
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
    EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
    EXPECT_EQ(hex_decode(hex_encode(bytes)), bytes);
  }
}

TEST(Base64, RefusesWhatIsNotTheOneSpelling) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z-==", "Zg==Zg==", "Zm 9v",
                           "====", "=", "Zm9v\n"}) {
    EXPECT_FALSE(base64_decode(text)) << text;
  }
  for (const char* text : {"Zg==", "Z", "Zm+v", "Zh"}) EXPECT_FALSE(base64url_decode(text)) << text;
}

TEST(Hex, TakesBothCasesAndNothingElse) {
  EXPECT_EQ(hex_decode("00fFAb"), (std::vector<std::uint8_t>{0, 255, 171}));
  for (const char* text : {"0", "0g", "0x", " 0"}) EXPECT_FALSE(hex_decode(text)) << text;
}

}  // namespace
}  // namespace turnpike
