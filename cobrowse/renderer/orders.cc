#include "cobrowse/renderer/orders.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "http/core/json.h"

namespace turnpike::renderer {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxOrders = 1 << 20;
constexpr std::size_t kMaxName = 128;
constexpr std::int64_t kMaxDownload_mb = 64;

class Reader {
 public:
  explicit Reader(const json::object& object) : object_(object) {}

  void text(std::string_view name, std::string& out) {
    const auto value = http::text_member(object_, name);
    if (!value) return wrong(name);
    if (*value) out = **value;
  }
  template <class Number>
  void number(std::string_view name, Number& out, std::int64_t least, std::int64_t most) {
    const auto value = http::number_member(object_, name);
    if (!value || (*value && (**value < least || **value > most))) return wrong(name);
    if (*value) out = static_cast<Number>(**value);
  }
  void flag(std::string_view name, bool& out) {
    const auto value = http::flag_member(object_, name);
    if (!value) return wrong(name);
    if (*value) out = **value;
  }
  void texts(std::string_view name, std::vector<std::string>& out) {
    for (const json::value& one : array(name)) {
      if (!one.is_string()) return wrong(name);
      out.emplace_back(one.get_string());
    }
  }
  void ports(std::string_view name, std::vector<std::uint16_t>& out) {
    for (const json::value& one : array(name)) {
      const std::int64_t port = one.is_int64() ? one.get_int64() : 0;
      if (port < 1 || port > 65535) return wrong(name);
      out.push_back(static_cast<std::uint16_t>(port));
    }
  }
  /// A part of folders' names.
  void name(std::string_view name, std::string& out) {
    text(name, out);
    const bool good = std::ranges::all_of(out, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '-' || c == '_';
    });
    if (!good || out.size() > kMaxName) wrong(name);
  }
  void wrong(std::string_view name) {
    if (wrong_.empty()) wrong_ = name;
  }
  const std::string& wrong() const { return wrong_; }

 private:
  json::array array(std::string_view name) {
    const json::value* const value = object_.if_contains(name);
    if (value == nullptr || value->is_null()) return {};
    if (value->is_array()) return value->get_array();
    wrong(name);
    return {};
  }
  const json::object& object_;
  std::string wrong_;
};

}  // namespace

Result<Orders, std::string> parse_orders(std::string_view text) {
  const auto object = http::parse_json_object(text, {.bytes = kMaxOrders, .depth = 6});
  if (!object) return fail("orders: " + object.error());
  Orders orders;
  Reader reader(*object);
  std::string token, capture = "x11";
  reader.text("control_url", orders.control_url);
  reader.name("renderer", orders.renderer);
  reader.text("token", token);
  reader.text("capture", capture);
  reader.text("browser", orders.browser);
  reader.text("user", orders.user);
  reader.number("uid", orders.uid, kLeastUid, kMostUid);
  reader.text("user_agent_token", orders.user_agent_token);
  reader.number("width", orders.width, 320, 4096);
  reader.number("height", orders.height, 192, 4096);
  reader.number("max_fps", orders.max_fps, 1, 60);
  reader.number("max_kbps", orders.max_kbps, 50, 50'000);
  reader.number("max_tabs", orders.max_tabs, 1, 100);
  reader.number("memory_mb", orders.memory_mb, 0, 1 << 20);
  reader.number("cpu_percent", orders.cpu_percent, 0, 100'000);
  reader.number("pids", orders.pids, 0, 1'000'000);
  reader.number("download_mb", orders.download_mb, 0, kMaxDownload_mb);
  reader.flag("audio", orders.audio);
  reader.flag("allow_unsandboxed", orders.allow_unsandboxed);
  reader.flag("warm", orders.warm);
  reader.texts("sensitive_selectors", orders.sensitive_selectors);
  reader.texts("allow_sites", orders.allow_sites);
  reader.texts("deny_sites", orders.deny_sites);
  reader.texts("allow_internal", orders.allow_internal);
  reader.texts("own_addresses", orders.own_addresses);
  reader.ports("allow_ports", orders.allow_ports);
  if (capture == "cdp")
    orders.capture = CaptureKind::kCdp;
  else if (capture == "test")
    orders.capture = CaptureKind::kTest;
  else if (capture != "x11")
    reader.wrong("capture");
  if (!reader.wrong().empty()) return fail(fmt::format("orders: no good {}", reader.wrong()));
  orders.token = Secret(std::move(token));
  if (orders.control_url.empty() || orders.renderer.empty() || orders.token.empty()) {
    return fail(std::string("orders: control_url, renderer and token are needed"));
  }
  // VP8 has one colour for four pixels.
  orders.width &= ~1U;
  orders.height &= ~1U;
  return orders;
}

}  // namespace turnpike::renderer
