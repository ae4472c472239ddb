#include "relay/crypto/crypto_rng.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <climits>

#include "base/check.h"

namespace turnpike::crypto {
namespace {

void draw(MutableBytes out) {
  while (!out.empty()) {
    const std::size_t n = std::min<std::size_t>(out.size(), INT_MAX);
    CHECK(RAND_bytes(out.data(), static_cast<int>(n)) == 1);
    out = out.subspan(n);
  }
}

}  // namespace

CryptoRng::~CryptoRng() {
  OPENSSL_cleanse(buffer_.data(), buffer_.size());
}

void CryptoRng::refill() {
  draw(buffer_);
  used_ = 0;
}

void CryptoRng::fill(MutableBytes out) {
  if (out.size() >= kBufferSize) {  // a copy through the buffer would only cost
    draw(out);
    return;
  }
  while (!out.empty()) {
    if (used_ == kBufferSize) refill();
    const std::size_t n = std::min(out.size(), kBufferSize - used_);
    const MutableBytes taken = MutableBytes(buffer_).subspan(used_, n);
    std::copy(taken.begin(), taken.end(), out.begin());
    OPENSSL_cleanse(taken.data(), taken.size());
    used_ += n;
    out = out.subspan(n);
  }
}

}  // namespace turnpike::crypto
