// Vectors: RFC 2202 section 3 (HMAC-SHA-1), RFC 4231 section 4 (HMAC-SHA-256), RFC 1321 appendix
// A.5 (MD5), FIPS 180-4's examples (SHA-256).
#include "relay/crypto/openssl_digests.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace turnpike::crypto {
namespace {

template <class Digest>
std::string hex(const Digest& digest) {
  std::string text;
  for (const std::uint8_t byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

std::string counted(int first, int last) {
  std::string text;
  for (int i = first; i <= last; ++i) text += static_cast<char>(i);
  return text;
}

struct HmacVector {
  std::string key;
  std::string data;
  std::string sha1;    // empty: the RFC has none
  std::string sha256;  // empty: the RFC has none
};

const std::vector<HmacVector>& hmac_vectors() {
  static const std::vector<HmacVector> kVectors = {
      {std::string(20, '\x0b'), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'), std::string(50, '\xdd'), "125d7342b9ac11cd91a39af48aa17b4f63f175d3",
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {counted(1, 25), std::string(50, '\xcd'), "4c9007f4026250c6bc8414f9bf50c86c2d7235da",
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {std::string(80, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "aa4ae5e15272d00e95705637ce8a3b55ed402112", ""},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First", "",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {std::string(80, '\xaa'),
       "Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data",
       "e8e99d0f45237d786d6bbaa7965c7808bbff1a91", ""},
      {std::string(131, '\xaa'),
       "This is a test using a larger than block-size key and a larger than block-size data. The "
       "key needs to be hashed before being used by the HMAC algorithm.",
       "", "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };
  return kVectors;
}

TEST(OpensslDigests, HmacVectors) {
  const OpensslDigests digests;
  for (const HmacVector& v : hmac_vectors()) {
    const Bytes key = as_bytes(v.key);
    const Bytes data = as_bytes(v.data);
    if (!v.sha1.empty()) {
      EXPECT_EQ(hex(digests.hmac_sha1(key, {data})), v.sha1);
    }
    if (!v.sha256.empty()) {
      EXPECT_EQ(hex(digests.hmac_sha256(key, {data})), v.sha256);
    }
  }
}

TEST(OpensslDigests, Md5Vectors) {
  const OpensslDigests digests;
  EXPECT_EQ(hex(digests.md5({})), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hex(digests.md5({as_bytes("a")})), "0cc175b9c0f1b6a831c399e269772661");
  EXPECT_EQ(hex(digests.md5({as_bytes("message digest")})), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(hex(digests.md5({as_bytes("1234567890123456789012345678901234567890"
                                      "1234567890123456789012345678901234567890")})),
            "57edf4a22be3c955ac49da2e2107b67a");
}

TEST(OpensslDigests, Sha256Vectors) {
  const OpensslDigests digests;
  EXPECT_EQ(hex(digests.sha256({as_bytes("abc")})),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(
      hex(digests.sha256({as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")})),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(OpensslDigests, PartsCountAsOneString) {
  const OpensslDigests digests;
  const Bytes key = as_bytes("key");
  const Bytes whole = as_bytes("user:realm:password");
  const Bytes a = whole.first(5);
  const Bytes b = whole.subspan(5, 0);
  const Bytes c = whole.subspan(5);
  EXPECT_EQ(digests.md5({a, b, c}), digests.md5({whole}));
  EXPECT_EQ(digests.sha256({a, b, c}), digests.sha256({whole}));
  EXPECT_EQ(digests.hmac_sha1(key, {a, b, c}), digests.hmac_sha1(key, {whole}));
  EXPECT_EQ(digests.hmac_sha256(key, {a, b, c}), digests.hmac_sha256(key, {whole}));
}

TEST(OpensslDigests, AnEmptyKeyIsNotTheKeyOfTheCallBefore) {
  const OpensslDigests digests;
  const OpensslDigests fresh;
  (void)digests.hmac_sha1(as_bytes("somebody's key"), {});
  EXPECT_EQ(hex(digests.hmac_sha1({}, {})), "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d");
  EXPECT_EQ(digests.hmac_sha1({}, {}), fresh.hmac_sha1({}, {}));
}

TEST(OpensslDigests, InstancesWorkSideBySideInThreads) {
  const HmacVector& v = hmac_vectors()[1];
  std::vector<std::thread> threads;
  std::vector<int> right(4, 0);
  for (int& count : right) {
    threads.emplace_back([&v, &count] {
      const OpensslDigests digests;
      for (int i = 0; i < 2000; ++i) {
        count += hex(digests.hmac_sha1(as_bytes(v.key), {as_bytes(v.data)})) == v.sha1 ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, std::vector<int>(4, 2000));
}

}  // namespace
}  // namespace turnpike::crypto
