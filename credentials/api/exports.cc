// The audit log and the accounts, handed out as they are, piece by piece.
#include <fmt/format.h>

#include "credentials/api/api_call.h"
#include "http/core/problem.h"

namespace turnpike::credentials::api {

using http::Response;

namespace {

constexpr std::int64_t kMostLines = 10'000;

}  // namespace

/// `after` is what X-Next-After of the answer before said.
Response Api::export_lines(Call& call) {
  if (!may_touch_all(call.caller.policy)) {
    return call.fail_with({403, "this key manages some users only"});
  }
  const auto after = call.parameters.number({"after"});
  const auto limit = call.parameters.number({"limit"});
  if (!after) return call.fail_with({400, after.error()});
  if (!limit) return call.fail_with({400, limit.error()});
  const std::int64_t lines = limit->value_or(1000);
  if (after->value_or(0) < 0 || lines < 1 || lines > kMostLines) {
    return call.fail_with({400, fmt::format("limit: write a number from 1 to {}", kMostLines)});
  }
  ExportKind kind = ExportKind::kAudit;
  if (call.route.action == Action::kAccounting) {
    const std::string format = call.parameters.find({"format"}).value_or("jsonl");
    if (format != "jsonl" && format != "csv") {
      return call.fail_with({400, "format: write jsonl or csv"});
    }
    kind = format == "csv" ? ExportKind::kAccountingCsv : ExportKind::kAccountingJsonl;
  }
  auto found = world_.read_export(kind, static_cast<std::uint64_t>(after->value_or(0)),
                                  static_cast<std::size_t>(lines));
  if (!found) return call.fail_with(unavailable(found.error()));
  if (!*found) return call.fail_with({404, "that is not kept here"});
  Response response = Response::text(200, std::move((*found)->text));
  response.headers.set("Content-Type", kind == ExportKind::kAccountingCsv
                                           ? "text/csv; charset=utf-8"
                                           : "application/x-ndjson");
  response.headers.set("X-Next-After", fmt::format("{}", (*found)->next));
  http::set_no_store(response);
  return response;
}

}  // namespace turnpike::credentials::api
