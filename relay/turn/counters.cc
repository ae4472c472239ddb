#include "relay/turn/counters.h"

namespace turnpike::turn {

std::string_view drop_reason_label(DropReason reason) {
  switch (reason) {
#define DROP_REASON(name, label, text) \
  case DropReason::name:               \
    return label;
#include "relay/turn/drop_reasons.def"
#undef DROP_REASON
    case DropReason::kCount:
      break;
  }
  return {};
}

std::string_view count_label(Count count) {
  switch (count) {
#define COUNT(name, label, text) \
  case Count::name:              \
    return label;
#include "relay/turn/counts.def"
#undef COUNT
    case Count::kCount:
      break;
  }
  return {};
}

}  // namespace turnpike::turn
