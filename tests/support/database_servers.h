// Real database servers of Debian's packages for the tests of the stores, each with a folder, port
// and password of its own. They live as long as the object; nothing of the system's is touched.
#pragma once

#include <cstdint>
#include <string>

#include "tests/support/throwaway_server.h"

namespace turnpike::test {

class DatabaseServer {
 public:
  /// Why it is not there: a package that is missing, or what the server said. Empty: it runs.
  const std::string& problem() const { return problem_; }
  std::uint16_t port() const { return port_; }
  const std::string& folder() const { return folder_.path(); }
  void stop() { server_.stop(); }
  void start_again() { problem_ = server_.start_again(); }

 protected:
  TemporaryFolder folder_;
  ThrowawayServer server_;
  std::string problem_;
  std::uint16_t port_ = 0;
};

/// User `turn`, password kPassword, a superuser; sockets in folder().
class PostgresqlServer : public DatabaseServer {
 public:
  static constexpr const char* kPassword = "s3cr3t-pg";
  PostgresqlServer();
  /// psql against `database`, as `turn`.
  ProgramResult run_sql(const std::string& sql, const std::string& database = "postgres") const;
  /// A libpq connection string for a database, by TCP.
  std::string connection(const std::string& database) const;
};

/// Users `root` without password, by socket() only, and `turn` with kPassword and all rights.
class MariadbServer : public DatabaseServer {
 public:
  static constexpr const char* kPassword = "s3cr3t-my";
  MariadbServer();
  std::string socket() const { return folder() + "/mariadb.sock"; }
  /// The mariadb client as root; `sql` may begin with `USE …;`.
  ProgramResult run_sql(const std::string& sql) const;
  /// Coturn's form of a connection string, by TCP.
  std::string connection(const std::string& database) const;
};

}  // namespace turnpike::test
