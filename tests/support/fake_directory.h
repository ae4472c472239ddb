// A store of users that answers what a test tells it to; without that, nobody is in it.
#pragma once

#include <map>
#include <string>

#include "credentials/core/user_directory.h"

namespace turnpike::test {

class FakeDirectory final : public credentials::UserDirectory {
 public:
  using Answer = credentials::DirectoryAnswer;

  Answer find(std::string_view user) const override {
    const auto at = users.find(user);
    return at == users.end() ? Answer{.kind = otherwise, .key = {}} : at->second;
  }
  std::uint64_t generation() const override { return now; }
  bool is_ready() const override { return ready; }

  /// Something changed in the store.
  void change() { ++now; }

  std::map<std::string, Answer, std::less<>> users;
  Answer::Kind otherwise = Answer::Kind::kNoSuchUser;
  std::uint64_t now = 1;
  bool ready = true;
};

}  // namespace turnpike::test
