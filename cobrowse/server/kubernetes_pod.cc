#include "cobrowse/server/kubernetes_pod.h"

#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>

#include "cobrowse/server/manager_request.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;

constexpr std::string_view kOrdersFolder = "/run/turnpike";
constexpr std::string_view kOrdersFile = "/run/turnpike/orders.json";
constexpr std::string_view kSecretFolder = "/run/turnpike-orders";
constexpr int kReadableByGroup = 0440;
constexpr int kGraceSeconds = 5;

/// Reasons of waiting that do not go away by themselves soon enough.
constexpr std::array<std::string_view, 6> kHopeless = {
    "ErrImagePull",      "ImagePullBackOff",           "InvalidImageName",
    "ErrImageNeverPull", "CreateContainerConfigError", "CreateContainerError"};

json::object mount(std::string_view name, std::string_view path, bool read_only) {
  return {{"name", name}, {"mountPath", path}, {"readOnly", read_only}};
}

json::object memory_folder(std::string_view name, std::string_view size) {
  return {{"name", name}, {"emptyDir", json::object{{"medium", "Memory"}, {"sizeLimit", size}}}};
}

json::object limits(const KubernetesSettings& settings) {
  const json::object both{{"memory", fmt::format("{}Mi", settings.memory_mb)},
                          {"cpu", fmt::format("{}m", settings.cpu_percent * 10)}};
  return {{"requests", both}, {"limits", both}};
}

json::object confined() {
  return {{"runAsNonRoot", true},
          {"allowPrivilegeEscalation", false},
          {"readOnlyRootFilesystem", true},
          {"capabilities", json::object{{"drop", json::array{"ALL"}}}}};
}

json::object seccomp(const KubernetesSettings& settings) {
  if (settings.seccomp_profile.empty()) return {{"type", "RuntimeDefault"}};
  return {{"type", "Localhost"}, {"localhostProfile", settings.seccomp_profile}};
}

/// Copies the orders to where the renderer can delete them: a Secret's mount is read-only, and
/// would be there for the browser as well.
json::object init_container(const KubernetesSettings& settings) {
  return {{"name", "orders"},
          {"image", settings.image},
          {"command",
           json::array{"/bin/cp", fmt::format("{}/orders.json", kSecretFolder), kOrdersFile}},
          {"resources", limits(settings)},
          {"securityContext", confined()},
          {"volumeMounts", json::array{mount("secret", kSecretFolder, true),
                                       mount("orders", kOrdersFolder, false)}}};
}

json::object container(const KubernetesSettings& settings) {
  return {
      {"name", "renderer"},
      {"image", settings.image},
      {"command", json::array{settings.program, "--orders", kOrdersFile}},
      {"resources", limits(settings)},
      {"securityContext", confined()},
      {"volumeMounts", json::array{mount("orders", kOrdersFolder, false),
                                   mount("tmp", "/tmp", false), mount("shm", "/dev/shm", false)}}};
}

json::object labels(const KubernetesSettings& settings) {
  return {{"app.kubernetes.io/name", "turnpike-renderer"}, {"turnpike.owner", settings.owner}};
}

/// "renderer: ImagePullBackOff: Back-off pulling image …", where waiting is of no use.
std::string hopeless_wait(const json::object& status) {
  for (const std::string_view list : {"initContainerStatuses", "containerStatuses"}) {
    const json::value* const all = status.if_contains(list);
    if (all == nullptr || !all->is_array()) continue;
    for (const json::value& one : all->get_array()) {
      if (!one.is_object()) continue;
      const std::string reason = text_at(one.get_object(), {"state", "waiting", "reason"});
      for (const std::string_view hopeless : kHopeless) {
        if (reason != hopeless) continue;
        return fmt::format("{}: {}: {}", text_at(one.get_object(), {"name"}), reason,
                           text_at(one.get_object(), {"state", "waiting", "message"}));
      }
    }
  }
  return {};
}

}  // namespace

json::object describe_pod(const KubernetesSettings& settings, const std::string& name,
                          const std::string& session, const std::string& session_label) {
  json::object marks = labels(settings);
  marks["turnpike.session"] = session_label;
  json::object spec{
      {"restartPolicy", "Never"},
      {"activeDeadlineSeconds", settings.most.count()},
      {"terminationGracePeriodSeconds", kGraceSeconds},
      {"automountServiceAccountToken", false},
      {"enableServiceLinks", false},
      {"securityContext", json::object{{"runAsNonRoot", true},
                                       {"runAsUser", kRendererUid},
                                       {"runAsGroup", kRendererUid},
                                       {"fsGroup", kRendererUid},
                                       {"seccompProfile", seccomp(settings)}}},
      {"initContainers", json::array{init_container(settings)}},
      {"containers", json::array{container(settings)}},
      {"volumes",
       json::array{json::object{{"name", "secret"},
                                {"secret", json::object{{"secretName", name},
                                                        {"defaultMode", kReadableByGroup}}}},
                   memory_folder("orders", "4Mi"), memory_folder("tmp", "512Mi"),
                   memory_folder("shm", "256Mi")}}};
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata", json::object{{"name", name},
                                    {"labels", std::move(marks)},
                                    {"annotations", json::object{{kSessionAnnotation, session}}}}},
          {"spec", std::move(spec)}};
}

json::object describe_secret(const KubernetesSettings& settings, const std::string& name,
                             const std::string& pod_uid, std::string orders) {
  const json::object owner{{"apiVersion", "v1"}, {"kind", "Pod"}, {"name", name}, {"uid", pod_uid}};
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"type", "Opaque"},
          {"immutable", true},
          {"metadata", json::object{{"name", name},
                                    {"labels", labels(settings)},
                                    {"ownerReferences", json::array{owner}}}},
          {"stringData", json::object{{"orders.json", std::move(orders)}}}};
}

std::optional<FoundPod> read_pod(const json::object& item) {
  if (!text_at(item, {"metadata", "deletionTimestamp"}).empty()) return std::nullopt;
  FoundPod found{{.id = text_at(item, {"metadata", "name"}),
                  .session = text_at(item, {"metadata", "annotations", kSessionAnnotation})}};
  if (found.renderer.id.empty()) return std::nullopt;
  const std::string phase = text_at(item, {"status", "phase"});
  const json::value* const status = item.if_contains("status");
  std::string wait;
  if (status != nullptr && status->is_object()) wait = hopeless_wait(status->get_object());
  found.renderer.running = phase != "Succeeded" && phase != "Failed" && wait.empty();
  found.renderer.detail = fmt::format("{} {}{}{}", phase, text_at(item, {"status", "reason"}),
                                      text_at(item, {"status", "message"}), wait);
  found.is_pending = phase == "Pending" || phase.empty();
  return found;
}

}  // namespace turnpike::cobrowse
