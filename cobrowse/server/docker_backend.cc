#include "cobrowse/server/docker_backend.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <charconv>
#include <optional>

#include "cobrowse/server/docker_stream.h"
#include "cobrowse/server/manager_request.h"
#include "http/core/json.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxAnswer = 16 << 20;
constexpr ManagerVersion kWanted{1, 41};

/// "1.41"
std::optional<ManagerVersion> parse_version(std::string_view text) {
  ManagerVersion version;
  const char* const end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, version.major);
  if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') return std::nullopt;
  const auto minor = std::from_chars(major.ptr + 1, end, version.minor);
  if (minor.ec != std::errc() || minor.ptr != end) return std::nullopt;
  return version;
}

std::optional<ManagerVersion> version_member(const json::object& object, std::string_view name) {
  const auto text = http::text_member(object, name);
  if (!text || !*text) return std::nullopt;
  return parse_version(**text);
}

http::ClientRequest request_to(const DockerSettings& settings, http::Method method,
                               const std::string& target) {
  return {.method = method,
          .url = "http://docker" + target,
          .unix_socket = settings.socket,
          .deadline = settings.deadline,
          .max_body_bytes = kMaxAnswer};
}

}  // namespace

Result<std::string, std::string> DockerManager::version() {
  if (!version_.empty()) return version_;
  const auto answer = ask(request_to(settings_, http::Method::kGet, "/version"), {200});
  if (!answer) return fail(answer.error());
  const auto body = http::parse_json_object(answer->body, {.bytes = kMaxAnswer, .depth = 16});
  const auto has = body ? version_member(*body, "ApiVersion") : std::nullopt;
  if (!has) return fail(fmt::format("\"{}\" says no ApiVersion", settings_.socket));
  if (*has < kWanted) {
    return fail(fmt::format("\"{}\" speaks version {}.{} of the Docker API; {}.{} is needed",
                            settings_.socket, has->major, has->minor, kWanted.major,
                            kWanted.minor));
  }
  is_podman_ = answer->body.find("Podman Engine") != std::string::npos;
  // The oldest that both know: later ones may mean other things by the same words.
  const auto least = version_member(*body, "MinAPIVersion");
  const ManagerVersion use = least && *least > kWanted ? *least : kWanted;
  version_ = fmt::format("v{}.{}", use.major, use.minor);
  return version_;
}

json::object DockerManager::description(const std::string& session) const {
  json::array security{"no-new-privileges:true"};
  if (!settings_.seccomp.empty())
    security.emplace_back("seccomp=" + (is_podman_ ? settings_.seccomp_file : settings_.seccomp));
  json::object host{{"Memory", settings_.memory_mb << 20U},
                    {"MemorySwap", settings_.memory_mb << 20U},
                    {"NanoCpus", std::uint64_t{settings_.cpu_percent} * 10'000'000},
                    {"PidsLimit", settings_.pids},
                    {"ReadonlyRootfs", true},
                    {"Tmpfs", json::object{{"/tmp", "rw,nosuid,nodev,size=536870912,mode=1777"}}},
                    {"ShmSize", 256 << 20},
                    {"CapDrop", json::array{"ALL"}},
                    {"SecurityOpt", std::move(security)},
                    {"AutoRemove", false}};
  if (!settings_.network.empty()) host["NetworkMode"] = settings_.network;
  return {
      {"Image", settings_.image},
      {"Entrypoint", json::array{settings_.program}},
      {"Cmd", json::array{}},
      {"Env", json::array{}},
      {"User", fmt::format("{0}:{0}", kRendererUid)},
      {"Labels", json::object{{"turnpike.session", session}, {"turnpike.owner", settings_.owner}}},
      {"OpenStdin", true},
      {"StdinOnce", true},
      {"AttachStdin", true},
      {"Tty", false},
      {"HostConfig", std::move(host)}};
}

Result<std::string, std::string> DockerManager::create(const std::string& session,
                                                       const json::object& orders) {
  const auto api = version();
  if (!api) return fail(api.error());
  const std::string name = "turnpike-renderer-" + session;
  auto request = request_to(settings_, http::Method::kPost,
                            fmt::format("/{}/containers/create?name={}", *api, name));
  request.headers.add("Content-Type", "application/json");
  request.body = http::to_json(description(session));
  const auto answer = ask(request, {201, 404, 409});
  if (!answer) return fail(answer.error());
  if (answer->status == 404) {
    return fail(fmt::format("the image \"{}\" is not there; build or pull it on that machine ({})",
                            settings_.image, manager_words(*answer)));
  }
  if (answer->status == 409) {
    return fail(fmt::format("there is another container \"{}\"; remove it ({})", name,
                            manager_words(*answer)));
  }
  const auto body = http::parse_json_object(answer->body, {.bytes = kMaxAnswer, .depth = 16});
  const auto id = body ? http::text_member(*body, "Id") : http::OptionalText(std::nullopt);
  if (!id || !*id || (*id)->empty()) return fail(std::string("create: the answer has no Id"));
  if (const auto runs = run(**id, orders); !runs) {
    // Where this fails as well, the next look finds an orphan.
    (void)remove(**id);
    return fail(runs.error());
  }
  return **id;
}

Result<void, std::string> DockerManager::run(const std::string& id, const json::object& orders) {
  const std::string base = fmt::format("/{}/containers/{}", version_, id);
  auto input =
      DockerStream::attach(settings_.socket, base + "/attach?stream=1&stdin=1", settings_.deadline);
  if (!input) return fail(input.error());
  const auto started = ask(request_to(settings_, http::Method::kPost, base + "/start"), {204, 304});
  if (!started) return fail(started.error());
  return input->write_all(http::to_json(orders));
}

Result<void, std::string> DockerManager::remove(const std::string& id) {
  const auto api = version();
  if (!api) return fail(api.error());
  // force: kills it first.
  const auto answer = ask(request_to(settings_, http::Method::kDelete,
                                     fmt::format("/{}/containers/{}?force=true&v=true", *api, id)),
                          {200, 204, 404, 409});
  if (!answer) return fail(answer.error());
  return {};
}

Result<std::vector<FoundRenderer>, std::string> DockerManager::list() {
  const auto api = version();
  if (!api) return fail(api.error());
  const json::object filters{{"label", json::array{"turnpike.owner=" + settings_.owner}}};
  const auto answer = ask(request_to(settings_, http::Method::kGet,
                                     fmt::format("/{}/containers/json?all=1&filters={}", *api,
                                                 percent_encode(http::to_json(filters)))),
                          {200});
  if (!answer) return fail(answer.error());
  const auto body = http::parse_json(answer->body, {.bytes = kMaxAnswer, .depth = 16});
  if (!body || !body->is_array()) return fail(std::string("the list of containers is none"));
  std::vector<FoundRenderer> found;
  for (const json::value& one : body->get_array()) {
    if (!one.is_object()) continue;
    const auto& object = one.get_object();
    const std::string state = text_at(object, {"State"});
    FoundRenderer renderer{.id = text_at(object, {"Id"}),
                           .session = text_at(object, {"Labels", "turnpike.session"}),
                           .running = state != "exited" && state != "dead" && state != "stopped",
                           .detail = text_at(object, {"Status"})};
    // Docker goes on to list what it is about to remove.
    if (!renderer.id.empty() && state != "removing") found.push_back(std::move(renderer));
  }
  return found;
}

}  // namespace turnpike::cobrowse
