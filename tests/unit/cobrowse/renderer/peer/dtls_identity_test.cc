#include "cobrowse/renderer/peer/dtls_identity.h"

#include <gtest/gtest.h>

namespace turnpike::peer {
namespace {

TEST(DtlsIdentity, EveryOneIsAnother) {
  const auto first = DtlsIdentity::make(), second = DtlsIdentity::make();
  ASSERT_TRUE(first && second);
  EXPECT_NE((*first)->fingerprint(), (*second)->fingerprint());
  EXPECT_NE((*first)->fingerprint(), Sha256{});
}

}  // namespace
}  // namespace turnpike::peer
