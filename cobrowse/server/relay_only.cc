#include "cobrowse/server/relay_only.h"

#include <algorithm>
#include <array>

namespace turnpike::cobrowse {
namespace {

constexpr std::string_view kAttribute = "a=";
constexpr std::string_view kCandidate = "candidate:";
constexpr std::size_t kTyp = 6;  // words before "typ"

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

bool is_relay_candidate(std::string_view candidate) {
  if (!candidate.starts_with(kCandidate) || std::ranges::any_of(candidate, is_control)) {
    return false;
  }
  std::array<std::string_view, kTyp + 2> words{};
  for (std::string_view& word : words) {
    const std::size_t space = candidate.find(' ');
    word = candidate.substr(0, space);
    if (word.empty()) return false;
    candidate.remove_prefix(space == std::string_view::npos ? candidate.size() : space + 1);
  }
  return words[kTyp] == "typ" && words[kTyp + 1] == "relay";
}

std::string only_relay_candidates(std::string_view sdp) {
  std::string kept;
  while (!sdp.empty()) {
    const std::size_t end = sdp.find_first_of("\r\n");
    const std::string_view line = sdp.substr(0, end);
    const std::size_t next = sdp.find_first_not_of("\r\n", line.size());
    const std::string_view whole = sdp.substr(0, next);
    const bool candidate = line.find(kCandidate) != std::string_view::npos;
    if (!candidate ||
        (line.starts_with(kAttribute) && is_relay_candidate(line.substr(kAttribute.size())))) {
      kept += whole;
    }
    sdp.remove_prefix(whole.size());
  }
  return kept;
}

}  // namespace turnpike::cobrowse
