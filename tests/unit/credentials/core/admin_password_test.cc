#include "credentials/core/admin_password.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/base64.h"
#include "relay/crypto/openssl_digests.h"

namespace turnpike::credentials {
namespace {

/// Yields the bytes that it was given.
class FixedRng final : public Rng {
 public:
  explicit FixedRng(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}
  void fill(MutableBytes out) override { std::copy_n(bytes_.begin(), out.size(), out.begin()); }

 private:
  std::vector<std::uint8_t> bytes_;
};

TEST(AdminPassword, IsWhatDebiansTurnadminPrints) {
  FixedRng rng({0x02, 0xa6, 0x6f, 0xc0, 0xd5, 0xb7, 0x5b, 0x22});
  EXPECT_EQ(hash_password(crypto::OpensslDigests(), rng, "secret").reveal(),
            "$5$02a66fc0d5b75b22$"
            "9c07fb1c8a0a1c8cd5555d260b22c400ce4c20eef836a6afa2ad71364bf4ae88");
}

}  // namespace
}  // namespace turnpike::credentials
