// The Docker backend against a real podman: an image of nothing but cat, which prints its orders
// and ends. Skips where podman cannot run a container with limits.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "cobrowse/server/docker_backend.h"
#include "http/core/json.h"

namespace turnpike::cobrowse {
namespace {

constexpr const char* kImage = "localhost/turnpike-cat:1";

std::string output_of(const std::string& command) {
  std::string text;
  std::FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  std::array<char, 1024> chunk{};
  while (pipe != nullptr && std::fgets(chunk.data(), chunk.size(), pipe) != nullptr) {
    text += chunk.data();
  }
  if (pipe != nullptr) ::pclose(pipe);
  return text;
}

class PodmanTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0 || output_of("podman --version").find("podman version") != 0) {
      GTEST_SKIP() << "needs podman, and root";
    }
    std::string name = (std::filesystem::temp_directory_path() / "turnpike_podman_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    std::ofstream(folder_ / "containers.conf")
        << "[containers]\ndefault_ulimits=[\"nofile=1024:1024\",\"nproc=1024:1024\"]\n"
           "[engine]\ncgroup_manager=\"cgroupfs\"\nevents_logger=\"file\"\n";
    podman_ = "env CONTAINERS_CONF=" + in_folder("containers.conf") + " podman --root " +
              in_folder("root") + " --runroot " + in_folder("run") +
              " --storage-driver vfs --log-level error";
    if (output_of("which runc").starts_with('/')) podman_ += " --runtime runc";
    const std::string tar = "tar -chf - -C / bin/cat $(ldd /bin/cat | grep -o '/[^ ]*') ";
    output_of(tar + "2>/dev/null | " + podman_ + " import - " + kImage);
    const std::string said =
        output_of("echo works | timeout 60 " + podman_ +
                  " run -i --rm --network none --memory 64m --cpus 1.5 --pids-limit 50 " + kImage +
                  " /bin/cat");
    if (said.find("works") != 0) GTEST_SKIP() << "podman runs no container here: " << said;
    serve();
  }
  void TearDown() override {
    if (service_ > 0) {
      ::kill(-service_, SIGTERM);
      ::waitpid(service_, nullptr, 0);
    }
    if (!podman_.empty()) output_of(podman_ + " rm -fa; " + podman_ + " rmi -fa");
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }

  std::string in_folder(const char* name) const { return (folder_ / name).string(); }

  void serve() {
    const std::string command = "exec " + podman_ + " system service --time 0 unix://" +
                                in_folder("s") + " >/dev/null 2>&1";
    service_ = ::fork();
    if (service_ == 0) {
      ::setpgid(0, 0);
      ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
      ::_exit(127);
    }
    // The socket is there a little before somebody listens on it.
    for (int i = 0; i < 200 && !DockerManager(settings()).list(); ++i) ::usleep(50'000);
  }

  DockerSettings settings() const {
    return {.socket = in_folder("s"),
            .image = kImage,
            .network = "none",
            .program = "/bin/cat",
            .owner = "0123abcd",
            .memory_mb = 64,
            .pids = 50};
  }

  std::filesystem::path folder_;
  std::string podman_;
  pid_t service_ = 0;
};

TEST_F(PodmanTest, AContainerGetsItsOrdersEndsAndIsRemoved) {
  DockerManager manager(settings());
  const boost::json::object orders{{"session", "Ab-1"}, {"token", "very-secret-token"}};
  const auto id = manager.create("Ab-1", orders);
  ASSERT_TRUE(id) << id.error();
  std::vector<FoundRenderer> found;
  for (int i = 0; i < 100; ++i) {
    const auto listed = manager.list();
    ASSERT_TRUE(listed) << listed.error();
    found = *listed;
    if (!found.empty() && !found[0].running) break;
    ::usleep(100'000);
  }
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, *id);
  EXPECT_EQ(found[0].session, "Ab-1");
  EXPECT_FALSE(found[0].running) << found[0].detail;
  EXPECT_EQ(output_of(podman_ + " logs " + *id), http::to_json(orders));
  EXPECT_EQ(output_of(podman_ + " inspect " + *id).find("very-secret-token"), std::string::npos);
  const auto removed = manager.remove(*id);
  ASSERT_TRUE(removed) << removed.error();
  EXPECT_TRUE(manager.list()->empty());
}

TEST_F(PodmanTest, AMissingImageIsSaid) {
  DockerSettings other = settings();
  other.image = "localhost/turnpike-nothing:1";
  EXPECT_THAT(DockerManager(other).create("a", {}).error(),
              testing::HasSubstr("is not there; build or pull it"));
}

TEST_F(PodmanTest, ANameThatIsTakenIsSaid) {
  output_of(podman_ + " create --name turnpike-renderer-b " + kImage + " /bin/cat");
  const auto made = DockerManager(settings()).create("b", {});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error(), testing::HasSubstr("turnpike-renderer-b"));
}

}  // namespace
}  // namespace turnpike::cobrowse
