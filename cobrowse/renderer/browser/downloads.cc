#include "cobrowse/renderer/browser/downloads.h"

#include <fmt/format.h>

#include <algorithm>

#include "cobrowse/renderer/browser/bounds.h"
#include "cobrowse/renderer/browser/session_rules.h"
#include "http/core/json.h"

namespace turnpike::browser {
namespace {

namespace json = boost::json;
using http::text_of;

constexpr std::size_t kMaxName = 300;
constexpr std::size_t kMaxId = 64;

/// It becomes a part of a path.
bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxId && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == '-';
  });
}

/// Sizes come as JSON numbers of either kind.
double size_in(const json::object& params, std::string_view name) {
  const json::value* const value = params.if_contains(name);
  return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

}  // namespace

json::object Downloads::behavior() const {
  if (settings_.folder.empty()) return {{"behavior", "deny"}, {"eventsEnabled", true}};
  return {
      {"behavior", "allowAndName"}, {"downloadPath", settings_.folder}, {"eventsEnabled", true}};
}

std::string Downloads::why_refused(const std::string& url) const {
  if (settings_.folder.empty()) return "files are not kept here";
  std::string_view from = url;
  if (from.starts_with("blob:")) from.remove_prefix(5);
  // A viewer of the browser itself saves what it shows under addresses of its own.
  const bool is_page = from.starts_with("http:") || from.starts_with("https:");
  const bool is_made = url.starts_with("data:") || url.starts_with("blob:null/");
  const bool is_private =
      is_page && !settings_.private_host.empty() && !is_elsewhere(from, settings_.private_host);
  if (is_private) return "what is shown here is not given away";
  if (!is_page && !is_made) return "it is none of a page";
  if (running_.size() >= kAtOnce) return "too many files are being fetched already";
  return "";
}

void Downloads::on_begin(const json::object& params) {
  const std::string id = text_of(params, "guid");
  const std::string name = cut(text_of(params, "suggestedFilename"), kMaxName);
  if (!is_id(id) || running_.contains(id)) return;
  if (const std::string why = why_refused(text_of(params, "url")); !why.empty()) {
    return refuse(id, name, why);
  }
  running_[id] = name;
}

void Downloads::on_progress(const json::object& params) {
  const std::string state = text_of(params, "state");
  const auto found = running_.find(text_of(params, "guid"));
  if (found == running_.end()) return on_end_of_refused(text_of(params, "guid"), state);
  const auto [id, name] = *found;
  const double bytes = std::max(size_in(params, "totalBytes"), size_in(params, "receivedBytes"));
  if (state == "canceled") {
    running_.erase(found);
    return events_.on_notice(fmt::format("a download was not completed: {}", name));
  }
  if (bytes > static_cast<double>(settings_.max_bytes)) {
    running_.erase(found);
    refuse(id, name, "it is too big");
    return on_end_of_refused(id, state);
  }
  if (state != "completed") return;
  running_.erase(found);
  events_.on_done({name, settings_.folder + "/" + id});
}

/// Nothing is left to be cancelled of one that is complete.
void Downloads::on_end_of_refused(const std::string& id, const std::string& state) {
  if (state != "completed" && state != "canceled") return;
  if (std::erase(refused_, id) == 0 || state != "completed" || settings_.folder.empty()) return;
  events_.remove(settings_.folder + "/" + id);
}

void Downloads::refuse(const std::string& id, const std::string& name, std::string_view why) {
  refused_.push_back(id);
  if (refused_.size() > kMaxRefused) refused_.pop_front();
  events_.cancel(id);
  events_.on_notice(fmt::format("a download was refused: {}: {}", name, why));
}

}  // namespace turnpike::browser
