#include "relay/server/ops/http_answer.h"

#include "relay/server/ops/metrics_text.h"

namespace turnpike::server {
namespace {

constexpr std::string_view kPlainText = "text/plain; charset=utf-8";

}  // namespace

HttpAnswer answer_http(std::string_view method, std::string_view target, std::string_view page_path,
                       const std::function<std::string()>& page) {
  if (method != "GET" && method != "HEAD") {
    return {405, kPlainText, "only GET and HEAD are served here\n", true};
  }
  const std::string_view path = target.substr(0, target.find('?'));
  if (path == page_path) return {200, kMetricsContentType, page(), false};
  if (path == "/" || path == "/healthz") return {200, kPlainText, "ok", false};
  return {404, kPlainText, "there is nothing here\n", false};
}

}  // namespace turnpike::server
