// A program that lives no longer than this process: started without a shell, with nothing open but
// what it is given, ended by its number.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cobrowse/renderer/capture/file_handle.h"

namespace turnpike::capture {

struct UserIds {
  unsigned uid = 0;
  unsigned gid = 0;
};

struct ChildOptions {
  std::vector<std::string> command;  // the program's absolute path, then its arguments
  std::string log_file;              // what it prints; made anew, readable by this user alone
  int inherited_fd = -1;             // it has this one as kInheritedFd
  std::optional<UserIds> run_as{};   // without: as this process; takes root
};

class ChildProcess {
 public:
  static constexpr int kInheritedFd = 3;

  /// The child is killed when the thread that called this ends (PR_SET_PDEATHSIG), so call it from
  /// one that lasts. Fails with a text if the program cannot be started.
  static Result<ChildProcess, std::string> start(const ChildOptions& options);

  /// Ended at once if it still runs.
  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Readable (poll) when the child has ended.
  int pidfd() const { return pidfd_.fd(); }
  int pid() const { return pid_; }
  bool is_running();
  /// Asks it to end, and makes it end after `grace`. Waits for that.
  void stop(Duration grace);

 private:
  ChildProcess(int pid, FileHandle pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}

  /// Whether it has ended within `timeout`; then it is gone for good.
  bool has_ended(Duration timeout);

  int pid_ = -1;  // -1: it has ended
  FileHandle pidfd_;
};

}  // namespace turnpike::capture
