// What the system knows about this process, as metrics.
#pragma once

#include "relay/server/ops/metrics_text.h"

namespace turnpike::server {

/// Adds the process_* families; those that the system does not tell are left out.
void add_process_metrics(MetricsSnapshot& snapshot);

}  // namespace turnpike::server
