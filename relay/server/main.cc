// turnserver: reads the configuration, starts the relay, minds signals, and stops cleanly. What
// each step does is elsewhere; their order is here.

#include <poll.h>

#include <cstdio>
#include <string>

#include "base/log.h"
#include "conf/load_turnserver.h"
#include "conf/render.h"
#include "http/server/http_server.h"
#include "relay/crypto/crypto_rng.h"
#include "relay/net/interfaces.h"
#include "relay/net/reserved_ports.h"
#include "relay/server/memory_plan.h"
#include "relay/server/metrics_page.h"
#include "relay/server/ops/daemon.h"
#include "relay/server/ops/exit_codes.h"
#include "relay/server/ops/logging.h"
#include "relay/server/ops/metrics_server.h"
#include "relay/server/ops/pid_file.h"
#include "relay/server/ops/privileges.h"
#include "relay/server/ops/rlimit.h"
#include "relay/server/ops/signals.h"
#include "relay/server/ops/systemd_notify.h"
#include "relay/server/relay.h"
#include "relay/server/relay_admin.h"
#include "relay/server/startup.h"

namespace turnpike::server {
namespace {

void print(std::FILE* to, const std::string& text) {
  std::fputs(text.c_str(), to);
}

std::string folder_of(const std::string& program) {
  const std::size_t slash = program.rfind('/');
  return slash == std::string::npos ? std::string() : program.substr(0, slash);
}

LogSettings log_settings(const conf::TurnserverConfig& config) {
  LogSettings s;
  s.log_file = config.log_file;
  s.syslog = config.syslog;
  s.syslog_facility = config.syslog_facility;
  s.simple_log = config.simple_log;
  s.no_stdout_log = config.no_stdout_log;
  s.format = config.log_format;
  s.min_level = config.log_min_level;
  s.new_log_timestamp = config.new_log_timestamp;
  s.timestamp_format = config.new_log_timestamp_format;
  return s;
}

/// `--check-config`: the options' own report, then what a start would find beyond them.
ExitCode check_only(const conf::LoadOutcome& loaded, const std::string& folder, Rng& rng) {
  conf::StartFindings more;
  if (loaded.ok()) {
    SetupOutcome outcome = set_up(loaded.config, folder, rng);
    more = {std::move(outcome.warnings), std::move(outcome.errors)};
    const auto identity = resolve_identity(loaded.config.proc_user, loaded.config.proc_group);
    if (!identity) more.errors.push_back(identity.error());
  }
  const conf::CheckReport report = conf::render_check(loaded, more);
  print(stdout, report.text);
  return report.exit_code == 0 ? ExitCode::kOk : ExitCode::kConfig;
}

/// The running program, from the moment that the configuration is known to be good.
/// How long the end of the process waits for who keeps accounts (docs/admin-socket.md).
constexpr milliseconds kLastAccounts{2000};

class Program {
 public:
  Program(const conf::LoadOutcome& loaded, std::string folder, Rng& rng)
      : loaded_(loaded), config_(loaded.config), folder_(std::move(folder)), rng_(rng) {}

  ExitCode run(SetupOutcome outcome);

 private:
  ExitCode serve(SetupOutcome outcome, ReadySignal& ready);
  void log_beginning(const SetupOutcome& outcome) const;
  void reserve_relay_ports();
  void release_relay_ports();
  ExitCode write_pid_file();
  ExitCode start_metrics(const Relay& relay);
  ExitCode start_admin(Relay& relay);
  void wait_for_the_end(SignalSource& signals, Relay& relay);
  void reload_certificates(Relay& relay);
  static ExitCode exit_code_for(const net::SocketError& error);

  const conf::LoadOutcome& loaded_;
  const conf::TurnserverConfig& config_;
  std::string folder_;
  Rng& rng_;
  std::unique_ptr<Logging> logging_;
  std::optional<PidFile> pid_file_;
  std::unique_ptr<MetricsServer> metrics_;
  std::unique_ptr<RelayAdmin> admin_;
  std::unique_ptr<http::HttpServer> admin_socket_;
  net::PortReservation reserved_;
  std::uint64_t descriptors_ = 0;
};

ExitCode Program::run(SetupOutcome outcome) {
  ReadySignal ready;
  if (config_.daemon) {
    auto daemonised = daemonise();
    if (!daemonised) {
      print(stderr, "error: " + daemonised.error() + "\n");
      return ExitCode::kNoResources;
    }
    if (daemonised->exit_with) std::exit(*daemonised->exit_with);
    ready = std::move(daemonised->signal);
  }
  const ExitCode code = serve(std::move(outcome), ready);
  if (code != ExitCode::kOk) ready.failed(code);
  if (logging_) logging_->flush(seconds(2));
  return code;
}

ExitCode Program::serve(SetupOutcome outcome, ReadySignal& ready) {
  auto signals = SignalSource::create();
  if (!signals) {
    print(stderr, "error: " + signals.error() + "\n");
    return ExitCode::kNoResources;
  }
  auto logging = start_logging(log_settings(config_));
  if (!logging) {
    print(stderr, "error: " + logging.error() + "\n");
    return ExitCode::kConfig;
  }
  logging_ = std::move(*logging);
  const auto identity = resolve_identity(config_.proc_user, config_.proc_group);
  if (!identity) {
    LOG(kError, "{}", identity.error());
    return ExitCode::kConfig;
  }
  descriptors_ = raise_descriptor_limit();
  log_beginning(outcome);

  Relay relay(config_, std::move(outcome.setup), rng_);
  if (const auto opened = relay.open_listeners(); !opened) {
    LOG(kError, "{}", opened.error().to_string());
    return exit_code_for(opened.error());
  }
  reserve_relay_ports();
  if (const ExitCode code = start_metrics(relay); code != ExitCode::kOk) return code;
  if (const ExitCode code = write_pid_file(); code != ExitCode::kOk) return code;
  if (const auto dropped = drop_privileges(*identity); !dropped) {
    LOG(kError, "{}", dropped.error());
    return ExitCode::kNoPermission;
  }

  if (const ExitCode code = start_admin(relay); code != ExitCode::kOk) return code;

  relay.start();
  const SystemdNotifier systemd = SystemdNotifier::from_environment();
  systemd.ready();
  ready.ready();
  LOG(kInfo, "ready");
  wait_for_the_end(*signals, relay);

  systemd.stopping();
  relay.stop();
  if (relay.ended() != nullptr) relay.ended()->wait_for_reader(kLastAccounts);
  admin_socket_.reset();
  LOG(kInfo, "All worker threads joined");
  metrics_.reset();
  release_relay_ports();
  pid_file_.reset();
  return ExitCode::kOk;
}

void Program::log_beginning(const SetupOutcome& outcome) const {
  LOG(kInfo, "Turnpike Version {}", software_name());
  if (!loaded_.config_file.empty()) LOG(kInfo, "configuration: {}", loaded_.config_file);
  for (const conf::Diagnostic& diagnostic : loaded_.diagnostics.all()) {
    LOG(kWarning, "{}", diagnostic.to_string());
  }
  for (const std::string& text : outcome.warnings) LOG(kWarning, "{}", text);
  for (const std::string& text : outcome.notes) LOG(kInfo, "{}", text);
  for (const std::string& line : memory_plan(config_, outcome.setup, descriptors_)) {
    LOG(kInfo, "{}", line);
  }
}

void Program::reserve_relay_ports() {
  reserved_ = net::reserve_ports({config_.min_port, config_.max_port});
  if (reserved_.outcome == net::ReserveOutcome::kNotPossible) {
    LOG(kWarning,
        "other programs' outgoing connections may take relay ports {}-{}: {}; choose min-port and "
        "max-port outside net.ipv4.ip_local_port_range",
        config_.min_port, config_.max_port, reserved_.reason);
  }
}

/// After a change of user the kernel does not let us. The next start finds them reserved.
void Program::release_relay_ports() {
  if (net::release_ports(reserved_)) return;
  const auto line = [](std::string text) {
    text.pop_back();
    return text;
  };
  LOG(kWarning,
      "ports {} stay reserved until the machine starts again, since this user may not write "
      "net.ipv4.ip_local_reserved_ports; to give them back: sysctl -w "
      "net.ipv4.ip_local_reserved_ports=\"{}\"",
      line(net::port_ranges_to_string(reserved_.added)),
      line(net::ports_without(reserved_).value_or("\n")));
}

ExitCode Program::write_pid_file() {
  PidFileSettings settings;
  settings.path = config_.pidfile;
  settings.set_by_user = !config_.is_default(conf::Option::pidfile);
  auto file = PidFile::write(settings);
  if (file) {
    pid_file_.emplace(std::move(*file));
    return ExitCode::kOk;
  }
  if (!settings.set_by_user) {
    LOG(kWarning, "{}", file.error());
    return ExitCode::kOk;
  }
  LOG(kError, "{}: {}", config_.origin(conf::Option::pidfile).to_string(), file.error());
  return ExitCode::kNoPermission;
}

ExitCode Program::start_metrics(const Relay& relay) {
  if (!config_.prometheus) return ExitCode::kOk;
  MetricsServerSettings settings;
  if (!config_.prometheus_address.empty()) {
    const auto address = net::resolve_host(config_.prometheus_address);
    if (!address) {
      LOG(kError, "{}: prometheus-address: {}",
          config_.origin(conf::Option::prometheus_address).to_string(), address.error());
      return ExitCode::kConfig;
    }
    settings.address = *address;
  }
  settings.port = config_.prometheus_port;
  settings.path = config_.prometheus_path;
  auto server = MetricsServer::start(
      settings, [&relay, this] { return metrics_page(relay, config_, *logging_); });
  if (!server) {
    LOG(kError, "prometheus: {}", server.error());
    return ExitCode::kCannotListen;
  }
  metrics_ = std::move(*server);
  LOG(kInfo, "metrics on port {}, path {}", config_.prometheus_port, config_.prometheus_path);
  return ExitCode::kOk;
}

ExitCode Program::start_admin(Relay& relay) {
  if (config_.admin_socket.empty()) return ExitCode::kOk;
  admin_ = std::make_unique<RelayAdmin>(relay, rng_);
  http::HttpServerSettings settings;
  settings.unix_sockets.push_back({.path = config_.admin_socket});
  settings.limits.body_bytes = 8 << 20;
  auto server = http::HttpServer::start(std::move(settings), [this](const http::Request& request) {
    return answer_admin(request, *admin_);
  });
  if (!server) {
    LOG(kError, "{}: admin-socket: {}", config_.origin(conf::Option::admin_socket).to_string(),
        server.error());
    return ExitCode::kCannotListen;
  }
  admin_socket_ = std::move(*server);
  LOG(kInfo, "admin socket at {}", log::log_safe(config_.admin_socket));
  return ExitCode::kOk;
}

void Program::wait_for_the_end(SignalSource& signals, Relay& relay) {
  while (true) {
    pollfd waiting{signals.fd(), POLLIN, 0};
    ::poll(&waiting, 1, -1);
    while (const auto signal = signals.next()) {
      switch (*signal) {
        case Signal::kTerminate:
        case Signal::kInterrupt:
          LOG(kInfo, "Terminating on signal {}", signal_name(*signal));
          return;
        case Signal::kHangUp:
        case Signal::kUser1:
          logging_->reopen();
          break;
        case Signal::kUser2:
          reload_certificates(relay);
          break;
      }
    }
  }
}

void Program::reload_certificates(Relay& relay) {
  TlsOutcome outcome = load_tls(config_, folder_);
  if (!outcome.context) {
    LOG(kError, "certificate not reloaded, the old one stays in use: {}",
        outcome.error.empty() ? "TLS is off" : outcome.error);
    return;
  }
  LOG(kInfo, "certificate reloaded: {}", log::log_safe(outcome.context->certificate_subject()));
  relay.replace_tls(std::move(outcome.context));
}

ExitCode Program::exit_code_for(const net::SocketError& error) {
  return error.error_number == EACCES || error.error_number == EPERM ? ExitCode::kNoPermission
                                                                     : ExitCode::kCannotListen;
}

ExitCode run(int argc, char** argv) {
  conf::DiskReader files;
  const std::vector<const char*> args(argv, argv + argc);
  const conf::LoadOutcome loaded =
      conf::load_turnserver_config(args, files, {.domain_name = host_domain_name()});
  const std::string folder = folder_of(args.empty() ? "" : args[0]);
  crypto::CryptoRng rng;
  if (loaded.config.help) {
    print(stdout, conf::render_help() + "\nExit codes:\n" + exit_codes_text());
    return ExitCode::kOk;
  }
  if (loaded.config.version) {
    print(stdout, TURNPIKE_VERSION "\n");
    return ExitCode::kOk;
  }
  if (loaded.config.check_config) return check_only(loaded, folder, rng);
  if (loaded.config.dump_config && loaded.ok()) {
    print(stdout, conf::render_dump(loaded.config));
    return ExitCode::kOk;
  }
  if (!loaded.ok()) {
    print(stderr, conf::render_diagnostics(loaded.diagnostics));
    return ExitCode::kConfig;
  }
  SetupOutcome outcome = set_up(loaded.config, folder, rng);
  for (const std::string& text : outcome.errors) print(stderr, "error: " + text + "\n");
  if (!outcome.errors.empty()) return ExitCode::kConfig;
  return Program(loaded, folder, rng).run(std::move(outcome));
}

}  // namespace
}  // namespace turnpike::server

int main(int argc, char** argv) {
  return exit_status(turnpike::server::run(argc, argv));
}
