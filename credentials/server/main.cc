// turnpike-credentials: reads the configuration, serves, minds signals, and stops cleanly. What
// each step does is elsewhere; their order is here.

#include <signal.h>

#include <atomic>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/log.h"
#include "conf/credentials_program.h"
#include "conf/credentials_table.h"
#include "conf/load_credentials.h"
#include "conf/render_yaml.h"
#include "credentials/server/service.h"
#include "credentials/server/setup.h"
#include "service/arguments.h"
#include "service/commands.h"
#include "service/service_log.h"

namespace turnpike::credentials {
namespace {

using service::kCannotListen;
using service::kConfig;
using service::kFailed;
using service::kOk;

void print(std::FILE* to, const std::string& text) {
  std::fputs(text.c_str(), to);
}

struct Loaded {
  conf::CredentialsOutcome outcome;
  ServicePlan plan;
  bool ok() const { return outcome.ok(); }
};

Loaded load(const std::string& path) {
  conf::DiskReader files;
  Loaded loaded{conf::load_credentials_file(path, {files, conf::read_environment}), {}};
  if (loaded.ok()) loaded.plan = make_plan(loaded.outcome.config, loaded.outcome.diagnostics);
  return loaded;
}

std::string diagnostics_text(const Loaded& loaded) {
  std::string text;
  for (const conf::Diagnostic& diagnostic : loaded.outcome.diagnostics.all()) {
    text += diagnostic.to_string() + "\n";
  }
  return text;
}

int check_config(const Loaded& loaded) {
  print(stdout, diagnostics_text(loaded) + (loaded.ok() ? "the configuration is good\n" : ""));
  return loaded.ok() ? kOk : kConfig;
}

/// The running program, from the moment that the configuration is known to be good.
class Program {
 public:
  Program(std::string config, const sigset_t& signals)
      : config_(std::move(config)), signals_(signals) {}

  int run(const Loaded& loaded) {
    auto log = service::start_log(loaded.outcome.config.log_file, loaded.outcome.config.log_level);
    if (!log) {
      print(stderr, "error: " + log.error() + "\n");
      return kConfig;
    }
    LOG(kInfo, "Turnpike credentials {}, configuration: {}", TURNPIKE_VERSION, config_);
    for (const conf::Diagnostic& found : loaded.outcome.diagnostics.all()) {
      LOG(kWarning, "{}", found.to_string());
    }
    auto service = Service::open(loaded.plan);
    if (!service) {
      LOG(kError, "{}", service.error());
      return kFailed;
    }
    service_ = *std::move(service);
    if (const int code = listen(loaded); code != kOk) return code;
    LOG(kInfo, "ready");
    wait_for_the_end();
    server_->stop();
    return kOk;
  }

 private:
  std::shared_ptr<Service> current() {
    const std::lock_guard lock(mutex_);
    return service_;
  }

  int listen(const Loaded& loaded) {
    http::HttpServerSettings settings = loaded.plan.http;
    settings.admit = [this](http::Request& request) { return current()->admit(request); };
    auto server = http::HttpServer::start(
        std::move(settings),
        [this](const http::Request& request) { return current()->handle(request, counted_); });
    if (!server) {
      LOG(kError, "{}", server.error());
      return kCannotListen;
    }
    server_ = *std::move(server);
    counted_ = server_.get();
    for (const std::string& address : loaded.outcome.config.listen) {
      LOG(kInfo, "listening on {}", log::log_safe(address));
    }
    return kOk;
  }

  void wait_for_the_end() {
    while (true) {
      int signal = 0;
      if (::sigwait(&signals_, &signal) != 0) continue;
      if (signal != SIGHUP) {
        LOG(kInfo, "stopping on signal {}", signal);
        return;
      }
      reload();
    }
  }

  void reload() {
    const Loaded loaded = load(config_);
    for (const conf::Diagnostic& found : loaded.outcome.diagnostics.all()) {
      LOG(kWarning, "{}", found.to_string());
    }
    if (!loaded.ok()) {
      LOG(kError, "configuration not read again, the old one stays in force");
      return;
    }
    auto fresh = Service::open(loaded.plan, current()->running(loaded.plan));
    if (!fresh) {
      LOG(kError, "configuration not read again, the old one stays in force: {}", fresh.error());
      return;
    }
    if (const auto done = server_->reload_certificates(); !done) {
      LOG(kError, "certificates not read again, the old ones stay in use: {}", done.error());
    }
    std::shared_ptr<Service> old = *std::move(fresh);
    {
      const std::lock_guard lock(mutex_);
      service_.swap(old);
    }
    LOG(kInfo, "configuration read again; addresses, TLS files and log stay until a restart");
  }

  const std::string config_;
  const sigset_t signals_;
  std::mutex mutex_;
  std::shared_ptr<Service> service_;
  std::atomic<const http::HttpServer*> counted_{nullptr};  // requests come before it is set
  std::unique_ptr<http::HttpServer> server_;
};

int run(std::span<const char* const> args) {
  const auto parsed = service::parse_arguments(args, "/etc/turnpike/credentials.yml");
  if (!parsed) {
    print(stderr, "error: " + parsed.error() + "\n");
    return kConfig;
  }
  switch (parsed->command) {
    case service::Arguments::Command::kHelp:
      print(stdout, conf::render_yaml_help(conf::credentials_program()));
      return kOk;
    case service::Arguments::Command::kVersion:
      print(stdout, TURNPIKE_VERSION "\n");
      return kOk;
    case service::Arguments::Command::kMakeApiKey:
      return service::make_api_key(parsed->value, "credentials.yml");
    case service::Arguments::Command::kVerifyAudit:
      return service::check_audit(parsed->value);
    case service::Arguments::Command::kCheckConfig:
      return check_config(load(parsed->config));
    case service::Arguments::Command::kDumpConfig:
    case service::Arguments::Command::kServe:
      break;
  }
  Loaded loaded = load(parsed->config);
  if (!loaded.ok()) {
    print(stderr, diagnostics_text(loaded));
    return kConfig;
  }
  if (parsed->command == service::Arguments::Command::kDumpConfig) {
    print(stdout, conf::render_yaml_dump(conf::credentials_target(loaded.outcome.config)));
    return kOk;
  }
  // Before any thread is made, so that all of them leave the signals to us.
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  return Program(parsed->config, signals).run(loaded);
}

}  // namespace
}  // namespace turnpike::credentials

int main(int argc, char** argv) {
  const std::vector<const char*> args(argv + 1, argv + argc);
  return turnpike::credentials::run(args);
}
