#include "tests/support/database_servers.h"

#include <signal.h>

#include <filesystem>

namespace turnpike::test {
namespace {

/// The newest PostgreSQL that Debian has installed here.
std::string postgresql_programs() {
  std::string newest;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored)) {
    const std::string programs = entry.path().string() + "/bin/";
    if (std::filesystem::exists(programs + "initdb")) newest = std::max(newest, programs);
  }
  return newest;
}

std::string text_of(std::uint16_t port) {
  return std::to_string(port);
}

}  // namespace

PostgresqlServer::PostgresqlServer() {
  const std::string programs = postgresql_programs();
  if (programs.empty()) {
    problem_ = "the package postgresql is not installed: scripts/setup test";
    return;
  }
  const std::string data = folder() + "/data";
  write_file(folder() + "/password", kPassword);
  const ProgramResult made = run_program(
      {programs + "initdb", "-D", data, "-U", "turn", "--pwfile=" + folder() + "/password", "-A",
       "scram-sha-256", "--no-sync", "--locale=C", "--encoding=UTF8"},
      true);
  if (made.status != 0) {
    problem_ = "initdb: " + made.output;
    return;
  }
  for (int attempt = 0; attempt < 3; ++attempt) {  // another program may take the port meanwhile
    port_ = free_port();
    problem_ = server_.start(
        {.command = {programs + "postgres", "-D", data, "-k", folder(), "-h", "127.0.0.1", "-p",
                     text_of(port_), "-c", "fsync=off", "-c", "shared_buffers=16MB"},
         .stop_signal = SIGINT,
         .log = folder() + "/log",
         .ready = [this] { return run_sql("SELECT 1").status == 0; }});
    if (problem_.empty()) return;
  }
}

ProgramResult PostgresqlServer::run_sql(const std::string& sql, const std::string& database) const {
  return run_program({"psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d",
                      connection(database), "-c", sql});
}

std::string PostgresqlServer::connection(const std::string& database) const {
  return "host=127.0.0.1 port=" + text_of(port_) + " dbname=" + database +
         " user=turn password=" + kPassword;
}

MariadbServer::MariadbServer() {
  if (!std::filesystem::exists("/usr/sbin/mariadbd")) {
    problem_ = "the package mariadb-server is not installed: scripts/setup test";
    return;
  }
  const std::string data = folder() + "/data";
  const ProgramResult made = run_program(
      {"mariadb-install-db", "--no-defaults", "--datadir=" + data, "--skip-test-db",
       "--auth-root-authentication-method=normal", "--innodb-flush-log-at-trx-commit=0"},
      true);
  if (made.status != 0) {
    problem_ = "mariadb-install-db: " + made.output;
    return;
  }
  for (int attempt = 0; attempt < 3; ++attempt) {
    port_ = free_port();
    problem_ = server_.start(
        {.command = {"/usr/sbin/mariadbd", "--no-defaults", "--datadir=" + data,
                     "--socket=" + socket(), "--port=" + text_of(port_), "--bind-address=127.0.0.1",
                     "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M",
                     "--pid-file=" + folder() + "/pid"},
         .stop_signal = SIGTERM,
         .log = folder() + "/log",
         .ready = [this] { return run_sql("SELECT 1").status == 0; }});
    if (problem_.empty()) break;
  }
  if (!problem_.empty()) return;
  const ProgramResult user =
      run_sql(std::string("CREATE USER turn@'%' IDENTIFIED BY '") + kPassword +
              "'; GRANT ALL ON *.* TO turn@'%'; CREATE USER turn@localhost IDENTIFIED BY '" +
              kPassword + "'; GRANT ALL ON *.* TO turn@localhost");
  if (user.status != 0) problem_ = user.output;
}

ProgramResult MariadbServer::run_sql(const std::string& sql) const {
  return run_program({"mariadb", "--no-defaults", "--socket=" + socket(), "--user=root", "--batch",
                      "--skip-column-names", "-e", sql});
}

std::string MariadbServer::connection(const std::string& database) const {
  return "host=127.0.0.1 port=" + text_of(port_) + " dbname=" + database +
         " user=turn password=" + kPassword + " connect_timeout=5 read_timeout=5";
}

}  // namespace turnpike::test
