// What the relay core counts. One instance per shard, read by the metrics page.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/counters.h"

namespace turnpike::turn {

enum class DropReason : std::uint8_t {
#define DROP_REASON(name, label, text) name,
#include "relay/turn/drop_reasons.def"
#undef DROP_REASON
  kCount
};
std::string_view drop_reason_label(DropReason reason);

enum class Count : std::uint8_t {
#define COUNT(name, label, text) name,
#include "relay/turn/counts.def"
#undef COUNT
  kCount
};
std::string_view count_label(Count count);

struct Counters {
  CounterArray<DropReason> drops;
  CounterArray<Count> counts;
};

}  // namespace turnpike::turn
