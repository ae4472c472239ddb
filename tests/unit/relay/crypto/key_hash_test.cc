#include "relay/crypto/key_hash.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "relay/crypto/crypto_rng.h"

namespace turnpike::crypto {
namespace {

TEST(KeyHash, AnApiKeyIsSha256InHex) {
  // FIPS 180-2, appendix B.1
  EXPECT_EQ(hash_api_key("abc"),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_TRUE(matches_hash("abc", hash_api_key("abc")));
  EXPECT_FALSE(matches_hash("abd", hash_api_key("abc")));
}

TEST(KeyHash, APasswordIsSaltedScrypt) {
  CryptoRng rng;
  const std::string hash = hash_password("sesame", rng);
  EXPECT_TRUE(hash.starts_with("scrypt:16384:8:1:"));
  EXPECT_NE(hash, hash_password("sesame", rng));
  EXPECT_TRUE(matches_hash("sesame", hash));
  EXPECT_FALSE(matches_hash("sesame2", hash));
  EXPECT_FALSE(matches_hash("", hash));
}

TEST(KeyHash, WhatIsNoHashMatchesNothing) {
  for (const char* text :
       {"", "abc", "sha256:", "sha256:00", "sha256:zz", "scrypt:16384:8:1:", "scrypt:16384:8:1:a",
        "scrypt:16384:8:1:AAAAAAAAAAAAAAAAAAAAAA:AA", "scrypt:1048576:8:1:AAAA:AAAA", "plain:x"}) {
    EXPECT_FALSE(is_key_hash(text)) << text;
    EXPECT_FALSE(matches_hash(text, text)) << text;
  }
  EXPECT_TRUE(is_key_hash(hash_api_key("")));
}

TEST(KeyHash, ADigestIsThatOfAnApiKeyAlone) {
  const auto digest = api_key_digest(hash_api_key("tpk_x"));
  ASSERT_TRUE(digest);
  EXPECT_EQ("sha256:" + hex_encode(*digest), hash_api_key("tpk_x"));
  CryptoRng rng;
  EXPECT_FALSE(api_key_digest(hash_password("pw", rng)));
  EXPECT_FALSE(api_key_digest("sha256:00"));
}

}  // namespace
}  // namespace turnpike::crypto
