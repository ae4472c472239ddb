// Whether the way that ICE has chosen is from relay to relay. A relayed candidate can be met before
// the viewer's page has told of it: libnice calls it peer-reflexive until then, and so long there
// is no proof.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "cobrowse/renderer/ice/ice_agent.h"

namespace turnpike::peer {

class RelayProof {
 public:
  /// What was met is told of within this, or never.
  static constexpr Duration kPatience = seconds(2);
  enum class Verdict : std::uint8_t {
    kRelayed,
    kUnknown,  // nothing may leave; judge again soon
    kRefused,
  };

  /// `pair`: what is selected now.
  Verdict judge(const std::optional<ice::SelectedPair>& pair, MonotonicTime now);

 private:
  std::optional<MonotonicTime> unknown_since_;
};

}  // namespace turnpike::peer
