// Any bytes as a STUN message: parsed, walked, every value given to every decoder, and what was
// understood written again, which must read back the same. A cheap stand-in for HMAC lets integrity
// be checked at full speed.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "relay/stun/integrity.h"
#include "relay/stun/writer.h"

namespace turnpike::stun {
namespace {

/// Depends on every byte of the key and the parts; nothing more is wanted of it here.
class CheapDigests final : public Digests {
 public:
  Sha1 hmac_sha1(Bytes key, std::initializer_list<Bytes> parts) const override {
    return digest<Sha1>(key, parts);
  }
  Sha256 hmac_sha256(Bytes key, std::initializer_list<Bytes> parts) const override {
    return digest<Sha256>(key, parts);
  }
  Md5 md5(std::initializer_list<Bytes> parts) const override { return digest<Md5>({}, parts); }
  Sha256 sha256(std::initializer_list<Bytes> parts) const override {
    return digest<Sha256>({}, parts);
  }

 private:
  template <class Digest>
  static Digest digest(Bytes key, std::initializer_list<Bytes> parts) {
    std::uint32_t state = 0x811c9dc5;
    for (const std::uint8_t byte : key) state = (state ^ byte) * 0x01000193;
    for (const Bytes part : parts) {
      for (const std::uint8_t byte : part) state = (state ^ byte) * 0x01000193;
    }
    Digest out{};
    for (std::uint8_t& byte : out) {
      state = state * 0x01000193 + 1;
      byte = static_cast<std::uint8_t>(state >> 24);
    }
    return out;
  }
};

const Bytes kKey = as_bytes("key");

bool same(Bytes a, Bytes b) {
  return equal_constant_time(a, b);
}

void check_address(const Endpoint& address, Bytes value, const TransactionId& id, bool xored) {
  std::vector<std::uint8_t> again(value.size());
  if (xored) {
    encode_xor_address(again.data(), address, id);
  } else {
    encode_address(again.data(), address);
  }
  CHECK(same(Bytes(again).subspan(1), value.subspan(1)));  // the first byte is reserved
  CHECK(Endpoint::parse(address.to_string()) == address);
}

void decode_everything(Bytes value, const TransactionId& id) {
  if (const auto address = decode_address(value)) check_address(*address, value, id, false);
  if (const auto address = decode_xor_address(value, id)) check_address(*address, value, id, true);
  if (const auto number = decode_u32(value)) CHECK(decode_leading_u8(value) == *number >> 24);
  if (const auto error = decode_error_code(value)) {
    CHECK(error->code >= 300 && error->code <= 699);
    CHECK(error->reason.size() + 4 == value.size());
  }
}

bool same_attributes(const MessageView& a, const MessageView& b) {
  auto left = a.attributes().begin();
  auto right = b.attributes().begin();
  for (; left != a.attributes().end(); ++left, ++right) {
    if (right == b.attributes().end() || (*left).type != (*right).type) return false;
    if (!same((*left).value, (*right).value)) return false;
  }
  return right == b.attributes().end();
}

void write_again(const MessageView& view, const Digests& digests) {
  std::vector<std::uint8_t> out(view.bytes().size() + 24 + 36 + 8, 0xcc);
  MessageWriter writer(out, view.message_class(), view.method(), view.transaction_id());
  for (const Attribute attribute : view.attributes()) {
    writer.add(static_cast<AttributeType>(attribute.type), attribute.value);
  }
  writer.sign_sha1(digests, kKey);
  writer.sign_sha256(digests, kKey);
  writer.add_fingerprint();
  const auto size = writer.finish();
  if (!size) {
    CHECK(out.size() > kHeaderSize + 0xfffc);  // only the length field can have been too small
    return;
  }
  const auto again = MessageView::parse(Bytes(out).first(*size),
                                        view.classic() ? Classic::kAllow : Classic::kRefuse);
  CHECK(again);
  CHECK(again->has_fingerprint() != view.classic());
  CHECK(again->method() == view.method() && again->message_class() == view.message_class());
  CHECK(again->transaction_id() == view.transaction_id());
  CHECK(same_attributes(view, *again));
  CHECK(verify_sha1(*again, digests, kKey) && verify_sha256(*again, digests, kKey));
}

void one_message(Bytes input) {
  const CheapDigests digests;
  const auto view = MessageView::parse(input, Classic::kAllow);
  const auto strict = MessageView::parse(input);
  CHECK(strict.has_value() == (view && !view->classic()));
  if (!view) return;
  for (const Attribute attribute : view->attributes()) {
    decode_everything(attribute.value, view->transaction_id());
    CHECK(view->find(static_cast<AttributeType>(attribute.type)));
    attribute_name(attribute.type);
  }
  CHECK(view->has_integrity_sha1() || !verify_sha1(*view, digests, kKey));
  CHECK(view->has_integrity_sha256() || !verify_sha256(*view, digests, kKey));
  write_again(*view, digests);
}

}  // namespace
}  // namespace turnpike::stun

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  turnpike::stun::one_message({data, size});
  return 0;
}
