// What the metrics server answers to a request line: routing only, without sockets.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace turnpike::server {

struct HttpAnswer {
  unsigned status = 200;
  std::string_view content_type;
  std::string body;
  bool allow = false;  // name the methods that are served (RFC 9110 section 15.5.6)
};

/// `method` and `target` as the request names them; a query is ignored.
HttpAnswer answer_http(std::string_view method, std::string_view target, std::string_view page_path,
                       const std::function<std::string()>& page);

}  // namespace turnpike::server
