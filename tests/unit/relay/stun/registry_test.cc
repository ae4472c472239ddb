// The .def tables against the IANA registries "STUN Methods", "STUN Attributes" and "STUN Error
// Codes", written out here a second time from the registry and not from the tables.
#include "relay/stun/registry.h"

#include <gtest/gtest.h>

#include <map>
#include <string_view>

namespace turnpike::stun {
namespace {

using Names = std::map<std::uint16_t, std::string_view>;

const Names kIanaMethods = {
    {0x001, "Binding"},        {0x003, "Allocate"},
    {0x004, "Refresh"},        {0x006, "Send"},
    {0x007, "Data"},           {0x008, "CreatePermission"},
    {0x009, "ChannelBind"},    {0x00a, "Connect"},
    {0x00b, "ConnectionBind"}, {0x00c, "ConnectionAttempt"},
};

const Names kIanaAttributes = {
    {0x0001, "MAPPED-ADDRESS"},
    {0x0003, "CHANGE-REQUEST"},
    {0x0006, "USERNAME"},
    {0x0008, "MESSAGE-INTEGRITY"},
    {0x0009, "ERROR-CODE"},
    {0x000a, "UNKNOWN-ATTRIBUTES"},
    {0x000c, "CHANNEL-NUMBER"},
    {0x000d, "LIFETIME"},
    {0x0012, "XOR-PEER-ADDRESS"},
    {0x0013, "DATA"},
    {0x0014, "REALM"},
    {0x0015, "NONCE"},
    {0x0016, "XOR-RELAYED-ADDRESS"},
    {0x0017, "REQUESTED-ADDRESS-FAMILY"},
    {0x0018, "EVEN-PORT"},
    {0x0019, "REQUESTED-TRANSPORT"},
    {0x001a, "DONT-FRAGMENT"},
    {0x001b, "ACCESS-TOKEN"},
    {0x001c, "MESSAGE-INTEGRITY-SHA256"},
    {0x001d, "PASSWORD-ALGORITHM"},
    {0x001e, "USERHASH"},
    {0x0020, "XOR-MAPPED-ADDRESS"},
    {0x0022, "RESERVATION-TOKEN"},
    {0x0024, "PRIORITY"},
    {0x0025, "USE-CANDIDATE"},
    {0x0026, "PADDING"},
    {0x0027, "RESPONSE-PORT"},
    {0x002a, "CONNECTION-ID"},
    {0x8000, "ADDITIONAL-ADDRESS-FAMILY"},
    {0x8001, "ADDRESS-ERROR-CODE"},
    {0x8002, "PASSWORD-ALGORITHMS"},
    {0x8003, "ALTERNATE-DOMAIN"},
    {0x8004, "ICMP"},
    {0x8022, "SOFTWARE"},
    {0x8023, "ALTERNATE-SERVER"},
    {0x8027, "CACHE-TIMEOUT"},
    {0x8028, "FINGERPRINT"},
    {0x8029, "ICE-CONTROLLED"},
    {0x802a, "ICE-CONTROLLING"},
    {0x802b, "RESPONSE-ORIGIN"},
    {0x802c, "OTHER-ADDRESS"},
    {0x802e, "THIRD-PARTY-AUTHORIZATION"},
    {0x8030, "MOBILITY-TICKET"},
    {0x8032, "ADDITIONAL-ADDRESS-FAMILY (draft)"},
};

// The registry's spelling, except that the reason phrases of RFC 8489 and RFC 8656 are kept for 401
// and 486.
const Names kIanaErrorCodes = {
    {300, "Try Alternate"},
    {400, "Bad Request"},
    {401, "Unauthenticated"},
    {403, "Forbidden"},
    {405, "Mobility Forbidden"},
    {420, "Unknown Attribute"},
    {437, "Allocation Mismatch"},
    {438, "Stale Nonce"},
    {440, "Address Family not Supported"},
    {441, "Wrong Credentials"},
    {442, "Unsupported Transport Protocol"},
    {443, "Peer Address Family Mismatch"},
    {446, "Connection Already Exists"},
    {447, "Connection Timeout or Failure"},
    {486, "Allocation Quota Reached"},
    {500, "Server Error"},
    {508, "Insufficient Capacity"},
};

std::string_view expected(const Names& names, std::uint16_t code) {
  const auto row = names.find(code);
  return row == names.end() ? std::string_view{} : row->second;
}

TEST(Registry, AttributesAreIanas) {
  for (unsigned code = 0; code <= 0xffff; ++code) {
    const auto type = static_cast<std::uint16_t>(code);
    EXPECT_EQ(attribute_name(type), expected(kIanaAttributes, type)) << code;
  }
}

TEST(Registry, MethodsAreIanas) {
  for (unsigned code = 0; code <= 0xffff; ++code) {
    const auto method = static_cast<std::uint16_t>(code);
    EXPECT_EQ(method_name(method), expected(kIanaMethods, method)) << code;
  }
}

TEST(Registry, ErrorCodesAreIanas) {
  for (unsigned code = 0; code <= 0xffff; ++code) {
    const auto number = static_cast<std::uint16_t>(code);
    EXPECT_EQ(default_reason(static_cast<ErrorCode>(number)), expected(kIanaErrorCodes, number))
        << code;
  }
}

TEST(Registry, EnumeratorsHaveTheirNumbers) {
  EXPECT_EQ(static_cast<int>(AttributeType::kXorPeerAddress), 0x0012);
  EXPECT_EQ(static_cast<int>(AttributeType::kMessageIntegritySha256), 0x001c);
  EXPECT_EQ(static_cast<int>(Method::kChannelBind), 9);
  EXPECT_EQ(static_cast<int>(ErrorCode::kInsufficientCapacity), 508);
}

TEST(Registry, EverySourceNamesADocumentAndASection) {
  constexpr std::string_view kSources[] = {
#define ATTRIBUTE(name, code, rfc_name, source) source,
#include "relay/stun/attributes.def"
#undef ATTRIBUTE
#define METHOD(name, code, rfc_name, source) source,
#include "relay/stun/methods.def"
#undef METHOD
#define ERROR_CODE(name, code, reason, source) source,
#include "relay/stun/error_codes.def"
#undef ERROR_CODE
  };
  for (const std::string_view source : kSources) {
    EXPECT_TRUE(source.starts_with("RFC ")) << source;
    EXPECT_NE(source.find(" section "), std::string_view::npos) << source;
  }
}

TEST(Registry, ComprehensionIsRequiredBelow8000) {
  EXPECT_TRUE(comprehension_required(0x0000));
  EXPECT_TRUE(comprehension_required(0x7fff));
  EXPECT_FALSE(comprehension_required(0x8000));
  EXPECT_FALSE(comprehension_required(0xffff));
}

}  // namespace
}  // namespace turnpike::stun
