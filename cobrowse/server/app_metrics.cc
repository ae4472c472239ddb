// What /metrics says.
#include "base/metrics_text.h"
#include "cobrowse/server/app.h"

namespace turnpike::cobrowse {

http::Response App::metrics() const {
  std::string page;
  append_metric_family(page,
                       {.name = "turnpike_cobrowse_sessions",
                        .type = MetricType::kGauge,
                        .labels = "",
                        .help = "Sessions that run."},
                       {{{}, static_cast<double>(sessions_->count())}});
  append_metric_family(page,
                       {.name = "turnpike_cobrowse_sessions_max",
                        .type = MetricType::kGauge,
                        .labels = "",
                        .help = "Sessions that this server has room for."},
                       {{{}, static_cast<double>(sessions_->max())}});
  append_metric_family(page,
                       {.name = "turnpike_cobrowse_warm_renderers",
                        .type = MetricType::kGauge,
                        .labels = "",
                        .help = "Renderers that wait for a session, their browsers up."},
                       {{{}, static_cast<double>(sessions_->warm())}});
  const RefusedSessions refused = sessions_->refused();
  append_metric_family(page,
                       {.name = "turnpike_cobrowse_refused_sessions_total",
                        .type = MetricType::kCounter,
                        .labels = "reason",
                        .help = "Sessions that were not made, since there was no room."},
                       {{{"full"}, static_cast<double>(refused.full)},
                        {{"memory"}, static_cast<double>(refused.memory)},
                        {{"load"}, static_cast<double>(refused.load)}});
  http::Response response = http::Response::text(200, std::move(page));
  response.headers.set("Content-Type", kMetricsContentType);
  return response;
}

}  // namespace turnpike::cobrowse
