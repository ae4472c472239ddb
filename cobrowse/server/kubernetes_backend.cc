#include "cobrowse/server/kubernetes_backend.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/base64.h"
#include "base/log.h"
#include "cobrowse/server/kubernetes_pod.h"
#include "cobrowse/server/manager_request.h"
#include "http/core/json.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxAnswer = 16 << 20;
constexpr std::size_t kMaxToken = 65536;
constexpr std::size_t kHashDigits = 20;

Result<std::string, std::string> read_token(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string token(std::istreambuf_iterator<char>(file), {});
  while (token.ends_with('\n') || token.ends_with('\r')) token.pop_back();
  if (!token.empty() && token.size() <= kMaxToken) return token;
  return fail(fmt::format("no token in \"{}\"", path));
}

}  // namespace

std::string KubernetesManager::pod_name(const std::string& session, std::int64_t start) const {
  const std::string hash = hex_encode(digests_.sha256({as_bytes(std::string_view(session))}));
  return fmt::format("turnpike-renderer-{}-{:x}", hash.substr(0, kHashDigits), start);
}

Result<http::ClientRequest, std::string> KubernetesManager::request(http::Method method,
                                                                    const std::string& path) const {
  const auto token = read_token(settings_.token_file);
  if (!token) return fail(token.error());
  http::ClientRequest made{
      .method = method,
      .url = fmt::format("{}/api/v1/namespaces/{}/{}", settings_.api, settings_.name_space, path),
      .deadline = settings_.deadline,
      .max_body_bytes = kMaxAnswer};
  made.tls.ca_file = settings_.ca_file;
  made.headers.add("Authorization", "Bearer " + *token);
  made.headers.add("Accept", "application/json");
  if (method == http::Method::kPost) made.headers.add("Content-Type", "application/json");
  return made;
}

Result<std::string, std::string> KubernetesManager::create(const std::string& session,
                                                           const json::object& orders) {
  const auto clock = std::chrono::system_clock::now().time_since_epoch();
  // A pod takes a while to go, so the next one of a session has another name.
  const std::string name =
      pod_name(session, std::chrono::duration_cast<milliseconds>(clock).count());
  auto post = request(http::Method::kPost, "pods");
  if (!post) return fail(post.error());
  const std::string label = name.substr(0, name.rfind('-'));
  post->body = http::to_json(describe_pod(settings_, name, session, label));
  const auto answer = ask(*post, {201, 404, 409});
  if (!answer) return fail(answer.error());
  if (answer->status == 404) {
    return fail(fmt::format("there is no namespace \"{}\" ({})", settings_.name_space,
                            manager_words(*answer)));
  }
  if (answer->status == 409) {
    return fail(fmt::format("there is another pod \"{}\" ({})", name, manager_words(*answer)));
  }
  const auto body = http::parse_json_object(answer->body, {.bytes = kMaxAnswer, .depth = 32});
  const std::string uid = body ? text_at(*body, {"metadata", "uid"}) : std::string();
  const auto secret = uid.empty() ? fail(std::string("the pod that was made has no uid"))
                                  : create_secret(name, uid, orders);
  if (secret) return name;
  // Where this fails as well, the next look finds an orphan.
  (void)remove(name);
  return fail(secret.error());
}

/// After its pod, which waits for it: so it is owned from its first moment, and nothing of it stays
/// if we end in between.
Result<void, std::string> KubernetesManager::create_secret(const std::string& name,
                                                           const std::string& uid,
                                                           const json::object& orders) {
  auto post = request(http::Method::kPost, "secrets");
  if (!post) return fail(post.error());
  post->body = http::to_json(describe_secret(settings_, name, uid, http::to_json(orders)));
  const auto answer = http::fetch(*post);
  if (!answer) return fail(answer.error());
  // Not the server's words: it quotes what it does not understand.
  if (answer->status != 201) {
    return fail(fmt::format("the Secret \"{}\" is refused: status {}", name, answer->status));
  }
  secrets_.insert(name);
  return {};
}

void KubernetesManager::delete_secret(const std::string& name) {
  const auto erase = request(http::Method::kDelete, "secrets/" + name);
  const auto answer = erase ? ask(*erase, {200, 202, 404})
                            : Result<http::ClientResponse, std::string>(fail(erase.error()));
  if (answer) {
    secrets_.erase(name);
  } else {
    LOG(kWarning, "a Secret is not deleted yet: {}", log::log_safe(answer.error()));
  }
}

Result<void, std::string> KubernetesManager::remove(const std::string& id) {
  const auto erase = request(http::Method::kDelete, "pods/" + id);
  if (!erase) return fail(erase.error());
  const auto answer = ask(*erase, {200, 202, 404});
  if (!answer) return fail(answer.error());
  secrets_.erase(id);  // goes with its pod
  return {};
}

Result<std::vector<FoundRenderer>, std::string> KubernetesManager::list() {
  const auto get =
      request(http::Method::kGet,
              "pods?labelSelector=" + percent_encode("turnpike.owner=" + settings_.owner));
  if (!get) return fail(get.error());
  const auto answer = ask(*get, {200});
  if (!answer) return fail(answer.error());
  const auto body = http::parse_json_object(answer->body, {.bytes = kMaxAnswer, .depth = 32});
  const json::value* const items = body ? body->if_contains("items") : nullptr;
  if (items == nullptr || !items->is_array()) return fail(std::string("the list of pods is none"));
  std::vector<FoundRenderer> found;
  for (const json::value& item : items->get_array()) {
    if (!item.is_object()) continue;
    auto pod = read_pod(item.get_object());
    if (!pod) continue;
    if (!pod->is_pending && secrets_.contains(pod->renderer.id)) delete_secret(pod->renderer.id);
    found.push_back(std::move(pod->renderer));
  }
  return found;
}

}  // namespace turnpike::cobrowse
