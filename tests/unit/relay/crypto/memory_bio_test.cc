#include "relay/crypto/memory_bio.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>

#include <array>

namespace turnpike::crypto {
namespace {

TEST(MemoryBio, ReadsFromOneQueueAndWritesToTheOther) {
  MemoryWire wire;
  const auto bio = make_memory_bio(wire);
  wire.in.append(as_bytes("hello"));
  std::array<char, 3> out{};
  EXPECT_EQ(BIO_read(bio.get(), out.data(), 3), 3);
  EXPECT_EQ(std::string_view(out.data(), 3), "hel");
  EXPECT_EQ(BIO_read(bio.get(), out.data(), 3), 2);
  EXPECT_EQ(BIO_write(bio.get(), "bye", 3), 3);
  EXPECT_EQ(as_text(wire.out.front()), "bye");
  EXPECT_EQ(BIO_flush(bio.get()), 1);
}

TEST(MemoryBio, EmptyAsksToTryAgainAndIsNotTheEnd) {
  MemoryWire wire;
  const auto bio = make_memory_bio(wire);
  char byte = 0;
  EXPECT_LE(BIO_read(bio.get(), &byte, 1), 0);
  EXPECT_TRUE(BIO_should_retry(bio.get()));
  EXPECT_FALSE(BIO_eof(bio.get()));
}

TEST(MemoryBio, StoppedHidesWhatWaits) {
  MemoryWire wire;
  const auto bio = make_memory_bio(wire);
  wire.in.append(as_bytes("x"));
  wire.stopped = true;
  char byte = 0;
  EXPECT_LE(BIO_read(bio.get(), &byte, 1), 0);
  wire.stopped = false;
  EXPECT_EQ(BIO_read(bio.get(), &byte, 1), 1);
}

}  // namespace
}  // namespace turnpike::crypto
