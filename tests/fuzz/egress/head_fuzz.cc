// Any bytes as the head of a request to the egress proxy, and as the head of a site's answer. What
// is taken means one thing: the head that goes on has one Host, nothing of the hop, no way to start
// a second request, and stays as it is when it is made absolute and read again. No host that is
// taken is closed in one spelling and open in another.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"
#include "cobrowse/renderer/egress/egress_policy.h"
#include "cobrowse/renderer/egress/head_fields.h"
#include "cobrowse/renderer/egress/request_head.h"
#include "cobrowse/renderer/egress/response_head.h"

namespace turnpike::egress {
namespace {

std::size_t count_of(const std::vector<Field>& fields, std::string_view name) {
  std::size_t count = 0;
  for (const Field& field : fields) {
    if (equal_ignoring_case(field.name, name)) ++count;
  }
  return count;
}

/// Exactly one head, complete and free of what concerns one hop.
std::vector<Field> check_forwarded(std::string_view head) {
  CHECK(head_length(head) == head.size());
  const auto fields = parse_fields(head);
  CHECK(fields.has_value());
  for (const Field& field : *fields) {
    CHECK(field.name.size() < 6 || !equal_ignoring_case(field.name.substr(0, 6), "Proxy-"));
  }
  CHECK(count_of(*fields, "Connection") <= 1 && count_of(*fields, "Keep-Alive") == 0);
  return *fields;
}

void check_host(const RequestHead& head) {
  const auto host = parse_host(head.host);
  static const EgressPolicy policy = EgressPolicy::make({}).value();
  const std::vector<IpAddress> loopback = {IpAddress::v4(127, 0, 0, 1)};
  const auto judged = policy.judge(head.host, head.port, loopback);
  if (!host) {
    CHECK(!judged && judged.error() == host.error());
    return;
  }
  const auto again = parse_host(host->in_url());
  CHECK(again && again->text == host->text && again->address == host->address);
  CHECK(!judged || host->address);
  const auto same = policy.judge(host->in_url(), head.port, loopback);
  CHECK(judged.has_value() == same.has_value() && (!judged || *judged == *same));
}

void check_request(std::string_view text) {
  const auto head = parse_request_head(text);
  if (!head) {
    CHECK(reason_status(head.error()) >= 400);
    return;
  }
  CHECK(!head->host.empty() && head->port != 0);
  check_host(*head);
  if (head->connect) {
    CHECK(head->forward.empty() && head->body_bytes == 0);
    return;
  }
  const auto fields = check_forwarded(head->forward);
  CHECK(count_of(fields, "Host") == 1 && count_of(fields, "Connection") == 1);
  CHECK(fields_have(fields, "Connection", "close") != head->upgrade);
  CHECK(count_of(fields, "Transfer-Encoding") == 0);
  // "GET /a HTTP/1.1" → "GET http://host:port/a HTTP/1.1"
  std::string absolute = head->forward;
  const std::size_t target = absolute.find(' ') + 1;
  if (absolute[target] != '/') return;
  absolute.insert(target, "http://" + head->host + ":" + std::to_string(head->port));
  const auto again = parse_request_head(absolute);
  CHECK(again && again->forward == head->forward && again->body_bytes == head->body_bytes);
}

void check_response(std::string_view text) {
  for (const bool upgrade : {false, true}) {
    const auto head = parse_response_head(text, upgrade);
    if (!head) continue;
    CHECK(head->status >= 100 && head->status <= 999 && head->status != 407);
    CHECK(upgrade || !head->upgraded);
    const auto fields = check_forwarded(head->forward);
    CHECK(head->interim || fields_have(fields, "Connection", head->upgraded ? "upgrade" : "close"));
    const auto again = parse_response_head(head->forward, upgrade);
    CHECK(again && again->forward == head->forward);
  }
}

}  // namespace
}  // namespace turnpike::egress

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace turnpike;
  const std::string_view text = as_text({data, size});
  const auto length = egress::head_length(text);
  const std::string_view head = text.substr(0, length.value_or(size));
  egress::check_request(head);
  egress::check_response(head);
  return 0;
}
