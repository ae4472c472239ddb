// turnpike-cobrowse: reads the configuration, serves, minds signals, and stops cleanly; sessions go
// on when it is started again.

#include <signal.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "cobrowse/server/app.h"
#include "cobrowse/server/setup.h"
#include "conf/cobrowse_program.h"
#include "conf/cobrowse_table.h"
#include "conf/load_cobrowse.h"
#include "conf/render_yaml.h"
#include "service/arguments.h"
#include "service/commands.h"
#include "service/service_log.h"

namespace turnpike::cobrowse {
namespace {

using service::kConfig;
using service::kFailed;
using service::kOk;

void print(std::FILE* to, const std::string& text) {
  std::fputs(text.c_str(), to);
}

struct Loaded {
  conf::CobrowseOutcome outcome;
  CobrowsePlan plan;
};

Loaded load(const std::string& path) {
  conf::DiskReader files;
  Loaded loaded{conf::load_cobrowse_file(path, {files, conf::read_environment}), {}};
  if (loaded.outcome.ok()) {
    loaded.plan = make_plan(loaded.outcome.config, loaded.outcome.diagnostics);
  }
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
  const bool ok = loaded.outcome.ok();
  print(stdout, diagnostics_text(loaded) + (ok ? "the configuration is good\n" : ""));
  return ok ? kOk : kConfig;
}

int wait_for(const sigset_t& signals) {
  int signal = 0;
  while (::sigwait(&signals, &signal) != 0) {
  }
  return signal;
}

int serve(const Loaded& loaded, const std::string& path, const sigset_t& signals) {
  auto log = service::start_log(loaded.outcome.config.log_file, loaded.outcome.config.log_level);
  if (!log) {
    print(stderr, "error: " + log.error() + "\n");
    return kConfig;
  }
  LOG(kInfo, "Turnpike co-browsing {}, configuration: {}", TURNPIKE_VERSION, path);
  for (const conf::Diagnostic& found : loaded.outcome.diagnostics.all()) {
    LOG(kWarning, "{}", found.to_string());
  }
  const auto app = App::start(loaded.plan);
  if (!app) {
    LOG(kError, "{}", app.error());
    return kFailed;
  }
  for (const std::string& address : loaded.outcome.config.listen) {
    LOG(kInfo, "listening on {}", log::log_safe(address));
  }
  LOG(kInfo, "ready");
  int signal = wait_for(signals);
  for (; signal == SIGHUP; signal = wait_for(signals)) {
    const auto done = (*app)->reload_certificates();
    if (!done) LOG(kError, "certificates not read again, the old ones stay: {}", done.error());
    if (done) LOG(kInfo, "certificates read again; the configuration stays until a restart");
  }
  LOG(kInfo, "stopping on signal {}; sessions go on when it is started again", signal);
  return kOk;
}

int run(std::span<const char* const> args) {
  const auto parsed = service::parse_arguments(args, "/etc/turnpike/cobrowse.yml");
  if (!parsed) {
    print(stderr, "error: " + parsed.error() + "\n");
    return kConfig;
  }
  using enum service::Arguments::Command;
  switch (parsed->command) {
    case kHelp:
      print(stdout, conf::render_yaml_help(conf::cobrowse_program()));
      return kOk;
    case kVersion:
      print(stdout, TURNPIKE_VERSION "\n");
      return kOk;
    case kMakeApiKey:
      return service::make_api_key(parsed->value, "cobrowse.yml");
    case kVerifyAudit:
      return service::check_audit(parsed->value);
    case kCheckConfig:
      return check_config(load(parsed->config));
    case kDumpConfig:
    case kServe:
      break;
  }
  Loaded loaded = load(parsed->config);
  if (!loaded.outcome.ok()) {
    print(stderr, diagnostics_text(loaded));
    return kConfig;
  }
  if (parsed->command == kDumpConfig) {
    print(stdout, conf::render_yaml_dump(conf::cobrowse_target(loaded.outcome.config)));
    return kOk;
  }
  // Before any thread is made, so that all of them leave the signals to us.
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  return serve(loaded, parsed->config, signals);
}

}  // namespace
}  // namespace turnpike::cobrowse

int main(int argc, char** argv) {
  const std::vector<const char*> args(argv + 1, argv + argc);
  return turnpike::cobrowse::run(args);
}
