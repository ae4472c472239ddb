// tests/support/mongo_server.py as a process of a test; see there what it is and is not.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace turnpike::testing {

class MongoServer {
 public:
  MongoServer();
  ~MongoServer();
  MongoServer(const MongoServer&) = delete;
  MongoServer& operator=(const MongoServer&) = delete;

  void stop();
  /// "mongodb://127.0.0.1:N/database"
  std::string uri(const std::string& database) const;

 private:
  pid_t process_ = -1;
  int input_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace turnpike::testing
