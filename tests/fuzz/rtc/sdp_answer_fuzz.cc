// Any text as an answer and as a candidate: refused, or a value that keeps what its header
// promises.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"
#include "cobrowse/renderer/rtc/limits.h"
#include "cobrowse/renderer/rtc/sdp_answer.h"

namespace turnpike::rtc {
namespace {

/// What is written can be read again, and tells no related address.
void check_candidate(const Candidate& candidate) {
  const std::string line = write_candidate(candidate);
  CHECK(line.find_first_of("\r\n") == std::string::npos);
  const auto again = parse_candidate(line);
  CHECK(again.has_value());
  CHECK(again->address == candidate.address && again->port == candidate.port);
  CHECK(again->type == candidate.type && again->priority == candidate.priority);
  CHECK(again->related_port == 0);
}

void check_answer(const Answer& answer) {
  CHECK(answer.vp8_payload_type < 128);
  CHECK(answer.rtx_payload_type.value_or(0) < 128);
  CHECK(answer.ice_ufrag.size() >= 4 && answer.ice_pwd.size() >= 22);
  const ExtensionIds& ids = answer.extensions;
  CHECK(std::max({ids.mid, ids.abs_capture_time, ids.transport_cc, ids.playout_delay}) <= 14);
  CHECK(answer.candidates.size() <= kMaxSdpCandidates);
  for (const Candidate& candidate : answer.candidates) check_candidate(candidate);
}

}  // namespace
}  // namespace turnpike::rtc

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace turnpike::rtc;
  const auto text = turnpike::as_text({data, size});
  if (const auto answer = parse_answer(text)) check_answer(*answer);
  if (const auto candidate = parse_candidate(text)) check_candidate(*candidate);
  return 0;
}
