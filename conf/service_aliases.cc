#include "conf/service_aliases.h"

namespace turnpike::conf {

std::vector<YamlAlias> service_aliases() {
  return {
      {"com.unblu.webrtc.iceServer", "relays[].host"},
      {"com.unblu.webrtc.credentialSecretKey", "secrets"},
      {"com.unblu.webrtc.useRelayOnly", "relay_only"},
      {"com.unblu.identifier.publicPathPrefix", "entry_paths.public_prefix"},
      {"com.unblu.identifier.internalPathPrefix", "entry_paths.internal_prefix"},
      {"com.unblu.identifier.systemPathPrefix", "entry_paths.system_prefix"},
      {"com.unblu.identifier.webhookPathPrefix", "entry_paths.webhook_prefix"},
      {"com.unblu.systementrypath.enabled", "entry_paths.system_enabled"},
      {"com.unblu.systementrypath.externallyProtected", "entry_paths.externally_protected"},
      {"com.unblu.systementrypath.basicHTTPAuthenticationUsername", "entry_paths.system_user"},
      {"com.unblu.systementrypath.basicHTTPAuthenticationPassword", "entry_paths.system_password"},
      {"com.unblu.webhookentrypath.enabled", "entry_paths.webhook_enabled"},
      {"com.unblu.ingress.webhook.origin", "entry_paths.webhook_origin"},
      {"com.unblu.ingress.webhook.allowedIpRanges", "entry_paths.webhook_ranges"},
  };
}

}  // namespace turnpike::conf
