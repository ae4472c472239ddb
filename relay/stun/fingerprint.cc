// The CRC-32 behind FINGERPRINT (RFC 8489 section 14.7), eight bytes at a time: anybody may send 64
// KiB messages to have them checked, so a byte at a time would be too slow. The tables are built by
// the compiler.
#include <array>

#include "relay/stun/message.h"

namespace turnpike::stun {
namespace {

constexpr std::uint32_t kPolynomial = 0xedb88320;      // ITU V.42, bits reversed
constexpr std::uint32_t kFingerprintXor = 0x5354554e;  // "STUN"
constexpr std::size_t kSlices = 8;

using Tables = std::array<std::array<std::uint32_t, 256>, kSlices>;

/// tables[k][b]: what the byte b does to the remainder when k more bytes follow it.
constexpr Tables build_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < kSlices; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t previous = tables[k - 1][byte];
      tables[k][byte] = (previous >> 8) ^ tables[0][previous & 0xff];
    }
  }
  return tables;
}

constexpr Tables kTables = build_tables();

std::uint32_t add_eight(std::uint32_t crc, const std::uint8_t* p) {
  return kTables[7][p[0] ^ (crc & 0xff)] ^ kTables[6][p[1] ^ ((crc >> 8) & 0xff)] ^
         kTables[5][p[2] ^ ((crc >> 16) & 0xff)] ^ kTables[4][p[3] ^ (crc >> 24)] ^
         kTables[3][p[4]] ^ kTables[2][p[5]] ^ kTables[1][p[6]] ^ kTables[0][p[7]];
}

}  // namespace

std::uint32_t fingerprint(Bytes message_before_fingerprint) {
  Bytes rest = message_before_fingerprint;
  std::uint32_t crc = 0xffffffff;
  for (; rest.size() >= kSlices; rest = rest.subspan(kSlices)) crc = add_eight(crc, rest.data());
  for (const std::uint8_t byte : rest) crc = (crc >> 8) ^ kTables[0][(crc ^ byte) & 0xff];
  return ~crc ^ kFingerprintXor;
}

}  // namespace turnpike::stun
