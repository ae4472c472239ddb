// From the configuration to what the parts of the server want, and every mistake that shows only
// when values meet. Opens nothing.
#pragma once

#include <string>
#include <vector>

#include "cobrowse/server/agents.h"
#include "cobrowse/server/sessions.h"
#include "conf/cobrowse_config.h"
#include "conf/diagnostic.h"
#include "service/front_plan.h"
#include "service/relay_watch.h"

namespace turnpike::cobrowse {

struct CobrowsePlan {
  service::FrontPlan front;
  SessionsSettings sessions;
  AgentSettings agents;
  std::vector<service::RelayWatchSettings> watches;  // one per relay with an admin socket
  std::string state_file;
  std::string audit_file;
  std::string renderer_program;
};

/// Errors and remarks are added to `diagnostics`; the plan is good when there are no errors.
CobrowsePlan make_plan(const conf::CobrowseConfig& config, conf::Diagnostics& diagnostics);

}  // namespace turnpike::cobrowse
