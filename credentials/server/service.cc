#include "credentials/server/service.h"

#include "base/metrics_text.h"
#include "http/core/problem.h"
#include "relay/crypto/key_hash.h"

namespace turnpike::credentials {
namespace {

void append(std::string& out, std::string_view name, MetricType type, std::string_view help,
            double value) {
  append_metric_family(out, {.name = name, .type = type, .labels = "", .help = help},
                       {{{}, value}});
}

void append_answers(std::string& out, const http::HttpServer& server) {
  const auto count = [&](http::HttpCounter which) {
    return static_cast<double>(server.counter(which));
  };
  append_metric_family(out,
                       {.name = "turnpike_credentials_answers_total",
                        .type = MetricType::kCounter,
                        .labels = "class",
                        .help = "Answers by class of their status."},
                       {{{"2xx"}, count(http::HttpCounter::kAnswers2xx)},
                        {{"3xx"}, count(http::HttpCounter::kAnswers3xx)},
                        {{"4xx"}, count(http::HttpCounter::kAnswers4xx)},
                        {{"5xx"}, count(http::HttpCounter::kAnswers5xx)}});
  append(out, "turnpike_credentials_connections", MetricType::kGauge, "Open connections.",
         static_cast<double>(server.open_connections()));
}

bool is_get(const http::Request& request) {
  return request.method == http::Method::kGet || request.method == http::Method::kHead;
}

}  // namespace

Service::Service(const ServicePlan& plan, std::unique_ptr<ServiceWorld> world)
    : entry_paths_(plan.entry_paths,
                   [](std::string_view password, std::string_view hash) {
                     return crypto::matches_hash(password, hash);
                   }),
      world_(std::move(world)),
      api_(plan.api, *world_) {}

Result<std::unique_ptr<Service>, std::string> Service::open(const ServicePlan& plan,
                                                            Running running) {
  auto world = ServiceWorld::open(plan, std::move(running));
  if (!world) return fail(world.error());
  return std::unique_ptr<Service>(new Service(plan, *std::move(world)));
}

http::Response Service::handle(const http::Request& request, const http::HttpServer* server) {
  if (is_get(request) && request.path == "/healthz") return http::Response::text(200, "ok\n");
  if (is_get(request) && request.path == "/readyz") return ready();
  if (is_get(request) && request.path == "/metrics") {
    const bool inside = http::may_reach(request.trust, http::TrustLevel::kInternal);
    return inside ? metrics(server) : http::problem(404);
  }
  return api_.handle(request);
}

http::Response Service::ready() const {
  if (!world_->is_store_up()) return http::problem(503, "the store cannot be reached");
  if (world_->usable_relays() == 0) return http::problem(503, "no relay is up");
  return http::Response::text(200, "ok\n");
}

http::Response Service::metrics(const http::HttpServer* server) const {
  std::string page;
  const IssueWriter::Counts written = world_->written();
  append(page, "turnpike_credentials_written_total", MetricType::kCounter,
         "Credentials that were given out and are in the store.",
         static_cast<double>(written.written));
  append(page, "turnpike_credentials_queued", MetricType::kGauge,
         "Credentials that were given out and wait to be written.",
         static_cast<double>(written.queued));
  append(page, "turnpike_credentials_store_failures_total", MetricType::kCounter,
         "Writes that the store did not take.", static_cast<double>(written.failures));
  append(page, "turnpike_credentials_store_up", MetricType::kGauge,
         "1 while the store can be read.", world_->is_store_up() ? 1 : 0);
  append(page, "turnpike_credentials_usable_relays", MetricType::kGauge,
         "Relays that are up and do not drain.", static_cast<double>(world_->usable_relays()));
  const Accounting::Counts accounted = world_->accounted();
  append(page, "turnpike_credentials_accounting_rows_total", MetricType::kCounter,
         "Allocations that have ended and are in the accounts.",
         static_cast<double>(accounted.rows));
  append(page, "turnpike_credentials_accounting_lost_total", MetricType::kCounter,
         "Allocations that a relay forgot before they were read.",
         static_cast<double>(accounted.lost));
  append(page, "turnpike_credentials_accounting_failures_total", MetricType::kCounter,
         "Failed attempts to write accounts, each followed by another.",
         static_cast<double>(accounted.failures));
  if (server != nullptr) append_answers(page, *server);
  http::Response response = http::Response::text(200, std::move(page));
  response.headers.set("Content-Type", kMetricsContentType);
  return response;
}

}  // namespace turnpike::credentials
