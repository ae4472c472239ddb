// What a site answers to a plain request, and the head that the browser gets for it: the proxy's
// connection ends with the answer, whatever the site says, so that no second request can go to a
// site that it is not meant for.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cobrowse/renderer/egress/reason.h"

namespace turnpike::egress {

/// A head of an answer that is longer than this is kBadAnswer.
inline constexpr std::size_t kMaxResponseHeadBytes = 65536;

struct ResponseHead {
  unsigned status = 0;
  /// An interim answer: another head follows (RFC 9110 section 15.2). 101 is none.
  bool interim = false;
  /// The connection carries another protocol from here on.
  bool upgraded = false;
  /// The head for the browser: no fields of one hop nor Proxy-*, and "Connection: close", but for
  /// interim answers and upgrades.
  std::string forward{};
};

/// Of a head with its empty line. `upgrade`: the request asked for another protocol; without that
/// 101 is no answer. kBadAnswer for everything that is not HTTP/1, and for 407: a site must not
/// make the browser ask for proxy credentials.
Result<ResponseHead, Reason> parse_response_head(std::string_view head, bool upgrade);

}  // namespace turnpike::egress
