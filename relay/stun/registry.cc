// Names of registry rows. The numbers come from the .def tables; nothing is written down twice.
#include "relay/stun/registry.h"

namespace turnpike::stun {

std::string_view attribute_name(std::uint16_t type) {
  switch (static_cast<AttributeType>(type)) {
#define ATTRIBUTE(name, code, rfc_name, source) \
  case AttributeType::name:                     \
    return rfc_name;
#include "relay/stun/attributes.def"
#undef ATTRIBUTE
  }
  return {};
}

std::string_view method_name(std::uint16_t method) {
  switch (static_cast<Method>(method)) {
#define METHOD(name, code, rfc_name, source) \
  case Method::name:                         \
    return rfc_name;
#include "relay/stun/methods.def"
#undef METHOD
  }
  return {};
}

std::string_view default_reason(ErrorCode code) {
  switch (code) {
#define ERROR_CODE(name, code, reason, source) \
  case ErrorCode::name:                        \
    return reason;
#include "relay/stun/error_codes.def"
#undef ERROR_CODE
  }
  return {};
}

}  // namespace turnpike::stun
