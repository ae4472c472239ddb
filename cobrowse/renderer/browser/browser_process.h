// The browser's processes: started as another user, in namespaces where the proxy is the only other
// end of the network, in a cgroup, with an empty profile; ended and wiped with this object.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "cobrowse/renderer/browser/cgroup.h"

namespace turnpike::browser {

struct BrowserUser {
  uid_t uid = 0;
  gid_t gid = 0;
};

struct BrowserProcessSettings {
  std::string program = "/usr/bin/chromium";
  std::string folder{};               // for the profile; removed at the end. 0700
  std::string name{};                 // of the cgroup
  std::optional<BrowserUser> user{};  // needed as root; without one: who we are
  unsigned width = 1280;
  unsigned height = 720;
  std::string display{};     // ":99"; empty: headless
  std::string xauthority{};  // a file, readable for the user
  bool sandbox = true;
  std::string sound{};     // the value of ALSA_CONFIG_PATH; empty: mute
  bool downloads = false;  // there is a folder for them
  CgroupLimits limits{};
  std::string cgroup_root = "/sys/fs/cgroup";
};

/// What holds the browser, for the status page: nothing of it is silently missing.
struct Containment {
  bool network_namespace = false;  // else the proxy is its way out by flags alone
  bool managed_policy = false;     // else what DevTools can forbid is forbidden
  std::string cgroup_problem{};    // empty: limits are set
};

class BrowserProcess {
 public:
  static Result<std::unique_ptr<BrowserProcess>, std::string> start(
      const BrowserProcessSettings& settings);
  /// Kills all of it and removes the profile.
  ~BrowserProcess();
  BrowserProcess(const BrowserProcess&) = delete;
  BrowserProcess& operator=(const BrowserProcess&) = delete;

  /// DevTools' pipes, for CdpPipe, who owns them then. Once.
  int take_read_fd();
  int take_write_fd();
  /// The socket on which the browser's proxy has to listen. Once.
  int take_proxy_fd();
  pid_t pid() const { return pid_; }
  /// Empty: there are no downloads.
  const std::string& download_folder() const { return downloads_; }
  const Containment& containment() const { return containment_; }

 private:
  BrowserProcess() = default;
  void limit(const BrowserProcessSettings& settings);
  pid_t pid_ = -1;
  int read_fd_ = -1, write_fd_ = -1, proxy_fd_ = -1;
  Containment containment_;
  std::string folder_, downloads_;
  std::unique_ptr<Cgroup> cgroup_;
};

}  // namespace turnpike::browser
