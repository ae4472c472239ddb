#include "tests/support/test_request.h"

#include <array>

#include "base/check.h"

namespace turnpike::test {

using stun::AttributeType;

TestRequest::TestRequest(stun::MessageClass message_class, stun::Method method,
                         const stun::TransactionId& id)
    : buffer_(65536), writer_(buffer_, message_class, method, id) {}

TestRequest& TestRequest::transport(std::uint8_t protocol) {
  writer_.add_u32(AttributeType::kRequestedTransport, std::uint32_t{protocol} << 24);
  return *this;
}
TestRequest& TestRequest::lifetime(std::uint32_t lifetime_s) {
  writer_.add_u32(AttributeType::kLifetime, lifetime_s);
  return *this;
}
TestRequest& TestRequest::family(std::uint8_t family) {
  writer_.add_u32(AttributeType::kRequestedAddressFamily, std::uint32_t{family} << 24);
  return *this;
}
TestRequest& TestRequest::additional_family(std::uint8_t family) {
  writer_.add_u32(AttributeType::kAdditionalAddressFamily, std::uint32_t{family} << 24);
  return *this;
}
TestRequest& TestRequest::even_port(bool reserve_next) {
  const std::array<std::uint8_t, 1> value = {static_cast<std::uint8_t>(reserve_next ? 0x80 : 0)};
  writer_.add(AttributeType::kEvenPort, value);
  return *this;
}
TestRequest& TestRequest::token(const turn::ReservationToken& token) {
  writer_.add(AttributeType::kReservationToken, Bytes(token.value));
  return *this;
}
TestRequest& TestRequest::peer(const Endpoint& peer) {
  writer_.add_xor_address(AttributeType::kXorPeerAddress, peer);
  return *this;
}
TestRequest& TestRequest::channel(std::uint16_t number) {
  writer_.add_u32(AttributeType::kChannelNumber, std::uint32_t{number} << 16);
  return *this;
}
TestRequest& TestRequest::data(Bytes data) {
  writer_.add(AttributeType::kData, data);
  return *this;
}
TestRequest& TestRequest::dont_fragment() {
  writer_.add(AttributeType::kDontFragment, {});
  return *this;
}
TestRequest& TestRequest::text(AttributeType type, std::string_view value) {
  writer_.add_text(type, value);
  return *this;
}
TestRequest& TestRequest::raw(std::uint16_t type, std::vector<std::uint8_t> value) {
  writer_.add(static_cast<AttributeType>(type), value);
  return *this;
}
TestRequest& TestRequest::sign_sha1(const Digests& digests, Bytes key) {
  writer_.sign_sha1(digests, key);
  return *this;
}
TestRequest& TestRequest::sign_sha256(const Digests& digests, Bytes key) {
  writer_.sign_sha256(digests, key);
  return *this;
}
TestRequest& TestRequest::fingerprint() {
  writer_.add_fingerprint();
  return *this;
}

std::vector<std::uint8_t> TestRequest::bytes() {
  const auto size = writer_.finish();
  CHECK(size.has_value());
  return {buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(*size)};
}

}  // namespace turnpike::test
