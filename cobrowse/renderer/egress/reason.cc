#include "cobrowse/renderer/egress/reason.h"

#include <array>
#include <cstddef>

#include "base/check.h"

namespace turnpike::egress {
namespace {

struct Row {
  Reason reason;
  std::string_view name;
  unsigned status;
  bool refusal;
  std::string_view text;
};

constexpr auto kRows = std::to_array<Row>({
    {Reason::kBadHost, "bad_host", 403, true, "Its name is not spelled as a host name."},
    {Reason::kNumericHost, "numeric_host", 403, true,
     "It is named by a number. Addresses are only taken in their plain form."},
    {Reason::kPort, "port", 403, true, "It is on a port that may not be used here."},
    {Reason::kDeniedSite, "denied_site", 403, true, "This site has been blocked."},
    {Reason::kUnlistedSite, "unlisted_site", 403, true,
     "Only certain sites may be visited here, and it is not one of them."},
    {Reason::kInternalName, "internal_name", 403, true,
     "Its name belongs to an internal network, which may not be visited from here."},
    {Reason::kInternalAddress, "internal_address", 403, true,
     "It is in an internal network, which may not be visited from here."},
    {Reason::kOwnAddress, "own_address", 403, true,
     "It belongs to the servers of this session, which may not be visited from here."},
    {Reason::kUnresolved, "unresolved", 502, false, "There is no site of this name."},
    {Reason::kMalformed, "malformed", 400, false, "The request could not be understood."},
    {Reason::kScheme, "scheme", 403, true, "Only http and https addresses may be visited here."},
    {Reason::kLengthRequired, "length_required", 411, false,
     "The request does not say how long it is."},
    {Reason::kHeadTooLarge, "head_too_large", 431, false, "The request is too long."},
    {Reason::kHeadTooSlow, "head_too_slow", 408, false, "The request did not arrive in time."},
    {Reason::kTooManyConnections, "too_many_connections", 503, false,
     "There are too many connections at the moment."},
    {Reason::kBusy, "busy", 503, false, "Too many sites are being looked up at the moment."},
    {Reason::kUnreachable, "unreachable", 502, false, "The site could not be reached."},
    {Reason::kConnectTimeout, "connect_timeout", 504, false, "The site did not answer in time."},
    {Reason::kBadAnswer, "bad_answer", 502, false,
     "The site answered with something that could not be understood."},
    {Reason::kDownloadLimit, "download_limit", 403, true,
     "What was being loaded is larger than is allowed here."},
    {Reason::kSessionLimit, "session_limit", 403, true,
     "This session has loaded as much as it may."},
    {Reason::kIdle, "idle", 504, false, "Nothing came from the site for a long time."},
});

const Row& row_of(Reason reason) {
  const auto index = static_cast<std::size_t>(reason);
  CHECK(index < kRows.size());
  return kRows[index];
}

constexpr bool in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].reason) != i) return false;
  }
  return kRows.size() == static_cast<std::size_t>(Reason::kCount);
}
static_assert(in_order(), "one row for each reason, in the order of the enumeration");

}  // namespace

std::string_view reason_name(Reason reason) {
  return row_of(reason).name;
}

std::string_view reason_text(Reason reason) {
  return row_of(reason).text;
}

unsigned reason_status(Reason reason) {
  return row_of(reason).status;
}

bool is_refusal(Reason reason) {
  return row_of(reason).refusal;
}

}  // namespace turnpike::egress
