#include "credentials/core/long_term_key.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "relay/crypto/openssl_digests.h"

namespace turnpike::credentials {
namespace {

std::string hex(Bytes bytes) {
  std::string out;
  for (const std::uint8_t b : bytes) out += fmt::format("{:02x}", b);
  return out;
}

// RFC 5769 section 2.4: the user name is U+30DE U+30C8 U+30EA U+30C3 U+30AF U+30B9.
constexpr std::string_view kMatrix = "\u30de\u30c8\u30ea\u30c3\u30af\u30b9";

TEST(LongTermKey, IsMd5OfUserRealmAndPassword) {
  const crypto::OpensslDigests digests;
  EXPECT_EQ(hex(long_term_key(digests, PasswordAlgorithm::kMd5, "user", "realm", "pass").view()),
            "8493fbc53ba582fb4c044c456bdc40eb");
  const LongTermKey matrix =
      long_term_key(digests, PasswordAlgorithm::kMd5, kMatrix, "example.org", "TheMatrIX");
  EXPECT_EQ(hex(matrix.view()), "e8ca7ad59d5eb0518e312911d2dab2a9");
}

TEST(LongTermKey, IsSha256WhenThatIsTheAlgorithm) {
  const crypto::OpensslDigests digests;
  EXPECT_EQ(hex(long_term_key(digests, PasswordAlgorithm::kSha256, "user", "realm", "pass").view()),
            "07e934117abd40836e7c6329b54731b2b2d2a5f9a71f544922d75e0730d8251b");
}

TEST(RestPassword, IsTheVectorThatCoturnMakes) {
  const crypto::OpensslDigests digests;
  const Secret secret("W3dEO1VoSURAJVtCeGdPVHoqYWtOJiMoaUhCYEFRemFsSW0q");
  EXPECT_EQ(rest_password(digests, secret, "1767225600:alice").reveal(),
            "6fzW4r9uMN2VGgcnFZ0hLi7rf6U=");
}

TEST(RestPassword, CoversTheWholeUserName) {
  const crypto::OpensslDigests digests;
  const Secret secret("secret");
  EXPECT_NE(rest_password(digests, secret, "1767225600:alice").reveal(),
            rest_password(digests, secret, "1767225601:alice").reveal());
  EXPECT_NE(rest_password(digests, secret, "1767225600:alice").reveal(),
            rest_password(digests, secret, "1767225600:alicf").reveal());
}

}  // namespace
}  // namespace turnpike::credentials
