// The registry of STUN methods, attributes and error codes, one row each in the .def tables beside
// this file.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace turnpike::stun {

/// RFC 8489 section 5: two bits of the message type.
enum class MessageClass : std::uint8_t { kRequest = 0, kIndication = 1, kSuccess = 2, kError = 3 };

enum class Method : std::uint16_t {
#define METHOD(name, code, rfc_name, source) name = code,
#include "relay/stun/methods.def"
#undef METHOD
};

enum class AttributeType : std::uint16_t {
#define ATTRIBUTE(name, code, rfc_name, source) name = code,
#include "relay/stun/attributes.def"
#undef ATTRIBUTE
};

/// Codes of ERROR-CODE (RFC 8489 section 14.8 and the documents that add to it).
enum class ErrorCode : std::uint16_t {
#define ERROR_CODE(name, code, reason, source) name = code,
#include "relay/stun/error_codes.def"
#undef ERROR_CODE
};

/// Types below 0x8000 must be understood, or the request is answered with 420 (RFC 8489 section
/// 14).
constexpr bool comprehension_required(std::uint16_t type) {
  return type < 0x8000;
}

/// "XOR-MAPPED-ADDRESS"; empty for a type that is not in the registry.
std::string_view attribute_name(std::uint16_t type);
/// "Allocate"; empty for a method that is not in the registry.
std::string_view method_name(std::uint16_t method);
/// The RFC's recommended reason phrase; empty for an unknown code.
std::string_view default_reason(ErrorCode code);

}  // namespace turnpike::stun
