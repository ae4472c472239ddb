// A configuration with one relay that nobody probes and one API key, "shop.sesame".
#pragma once

#include "credentials/server/setup.h"
#include "relay/crypto/key_hash.h"

namespace turnpike::credentials {

inline conf::CredentialsConfig test_config(const std::string& store) {
  conf::CredentialsConfig config;
  config.secrets = {Secret("kB9$vq2#Lm")};
  config.store_kind = "memory";
  config.store_connection = Secret(store);
  config.relays.emplace_back();
  config.relays[0].host = "turn.example.org";
  config.relays[0].probe = "off";
  config.api_keys.emplace_back();
  config.api_keys[0].id = "shop";
  config.api_keys[0].hash = crypto::hash_api_key("sesame");
  config.api_keys[0].may_manage = true;
  return config;
}

inline ServicePlan test_plan(const std::string& store) {
  conf::Diagnostics diagnostics;
  return make_plan(test_config(store), diagnostics);
}

}  // namespace turnpike::credentials
