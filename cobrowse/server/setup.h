// From the configuration to what the parts of the server want, and every mistake that shows only
// when values meet. Opens nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cobrowse/documents/document_store.h"
#include "cobrowse/server/agents.h"
#include "cobrowse/server/cluster.h"
#include "cobrowse/server/docker_backend.h"
#include "cobrowse/server/kubernetes_backend.h"
#include "cobrowse/server/sessions.h"
#include "conf/cobrowse_config.h"
#include "conf/diagnostic.h"
#include "service/front_plan.h"
#include "service/relay_watch.h"

namespace turnpike::cobrowse {

enum class BackendKind : std::uint8_t { kProcess, kDocker, kKubernetes };

struct CobrowsePlan {
  service::FrontPlan front;
  SessionsSettings sessions;
  AgentSettings agents;
  std::vector<service::RelayWatchSettings> watches;   // one per relay with an admin socket
  std::vector<std::string> embed_origins;             // in one form each
  std::optional<documents::StoreSettings> documents;  // nothing: there are none
  documents::ConverterSettings converter;
  std::string state_file;
  std::optional<RedisStoreSettings> redis{};  // instead of the file
  ClusterSettings cluster{};                  // with redis
  std::string audit_file;
  BackendKind backend = BackendKind::kProcess;
  std::string renderer_program;
  std::string renderer_url;       // of the socket for renderers in containers and pods
  DockerSettings docker;          // without the owner, and with the profile's text
  KubernetesSettings kubernetes;  // without the owner
};

/// Errors and remarks are added to `diagnostics`; the plan is good when there are no errors.
CobrowsePlan make_plan(const conf::CobrowseConfig& config, conf::Diagnostics& diagnostics);

}  // namespace turnpike::cobrowse
