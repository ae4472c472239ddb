// One running configuration of the service: the API with its world behind the entry paths, and the
// pages for operators. Replaced as a whole when the configuration is read again.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "credentials/api/api.h"
#include "credentials/server/service_world.h"
#include "credentials/server/setup.h"
#include "http/core/entry_paths.h"
#include "http/server/http_server.h"

namespace turnpike::credentials {

class Service {
 public:
  /// `running`: as for ServiceWorld::open.
  static Result<std::unique_ptr<Service>, std::string> open(const ServicePlan& plan,
                                                            Running running = {});

  Running running(const ServicePlan& next) const { return world_->running(next); }

  /// For http/server's Admit: any thread.
  std::optional<http::Response> admit(http::Request& request) const {
    return entry_paths_.admit(request);
  }
  /// One thread at a time. `server` may be null.
  http::Response handle(const http::Request& request, const http::HttpServer* server);

 private:
  Service(const ServicePlan& plan, std::unique_ptr<ServiceWorld> world);
  http::Response metrics(const http::HttpServer* server) const;
  http::Response ready() const;

  http::EntryPaths entry_paths_;
  std::unique_ptr<ServiceWorld> world_;
  api::Api api_;
};

}  // namespace turnpike::credentials
