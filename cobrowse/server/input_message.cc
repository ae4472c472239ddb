#include "cobrowse/server/input_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <span>

#include "http/core/json.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;

constexpr std::int64_t kMaxPlace = 65535;
constexpr std::int64_t kMaxWheel = 20'000;
constexpr std::size_t kMaxText = 65'536;
constexpr std::size_t kMaxComposed = 1000;
constexpr std::size_t kMaxKeyName = 40;
constexpr std::size_t kMaxUrl = 8192;
constexpr std::size_t kMaxId = 64;
constexpr std::size_t kMaxTouches = 10;
constexpr std::size_t kMaxFiles = 10;

/// Copies members into the message that goes on; remembers the first that is wrong.
class Copier {
 public:
  explicit Copier(const json::object& from, std::string_view type) : from_(from) {
    to_["t"] = type;
  }

  void number(std::string_view name, std::int64_t least, std::int64_t most) {
    const auto value = http::number_member(from_, name);
    if (!value || !*value || **value < least || **value > most) return wrong(name);
    to_[name] = **value;
  }
  /// Wheels move by parts of a pixel.
  void amount(std::string_view name, std::int64_t most) {
    const json::value* const value = from_.if_contains(name);
    if (value == nullptr || !value->is_number()) return wrong(name);
    const double amount = value->to_number<double>();
    if (!(amount >= static_cast<double>(-most) && amount <= static_cast<double>(most))) {
      return wrong(name);
    }
    to_[name] = amount;
  }
  void flag(std::string_view name) {
    const auto value = http::flag_member(from_, name);
    if (!value) return wrong(name);
    to_[name] = value->value_or(false);
  }
  void text(std::string_view name, std::size_t most) {
    const auto value = http::text_member(from_, name);
    if (!value || (*value && (*value)->size() > most)) return wrong(name);
    to_[name] = value->value_or("");
  }
  void word(std::string_view name, std::span<const std::string_view> words) {
    const auto value = http::text_member(from_, name);
    if (!value || std::ranges::find(words, value->value_or("")) == words.end()) return wrong(name);
    to_[name] = **value;
  }
  void place() {
    number("x", 0, kMaxPlace);
    number("y", 0, kMaxPlace);
    number("f", 0, 1'000'000'000);
  }
  void points() {
    json::array list;
    const json::value* const value = from_.if_contains("points");
    if (value == nullptr || !value->is_array() || value->get_array().size() > kMaxTouches) {
      return wrong("points");
    }
    for (const json::value& one : value->get_array()) {
      if (!one.is_object()) return wrong("points");
      Copier point(one.get_object(), "");
      point.number("id", 0, 1'000'000'000);
      point.number("x", 0, kMaxPlace);
      point.number("y", 0, kMaxPlace);
      if (!point.wrong_.empty()) return wrong("points");
      point.to_.erase("t");
      list.push_back(std::move(point.to_));
    }
    to_["points"] = std::move(list);
  }
  void names(std::string_view name, std::size_t most) {
    json::array list;
    const json::value* const value = from_.if_contains(name);
    if (value == nullptr || !value->is_array() || value->get_array().size() > most) {
      return wrong(name);
    }
    for (const json::value& one : value->get_array()) {
      if (!one.is_string() || one.get_string().size() > kMaxId) return wrong(name);
      list.push_back(one);
    }
    to_[name] = std::move(list);
  }

  Result<InputMessage, std::string> finish(InputKind kind) {
    if (!wrong_.empty()) return fail(fmt::format("{} makes no sense", wrong_));
    return InputMessage{kind, std::move(to_)};
  }

 private:
  void wrong(std::string_view name) {
    if (wrong_.empty()) wrong_ = name;
  }
  const json::object& from_;
  json::object to_;
  std::string wrong_;
};

Result<InputMessage, std::string> read_button(Copier& copy, bool down) {
  copy.place();
  copy.number("button", 0, 2);
  copy.number("mods", 0, 15);
  return copy.finish(down ? InputKind::kPress : InputKind::kRelease);
}

Result<InputMessage, std::string> read_key(Copier& copy, const json::object& message) {
  const auto down = http::flag_member(message, "down");
  copy.flag("down");
  copy.text("key", kMaxKeyName);
  copy.text("code", kMaxKeyName);
  copy.number("mods", 0, 15);
  copy.flag("repeat");
  const bool lets_go = down && !down->value_or(false);
  return copy.finish(lets_go ? InputKind::kRelease : InputKind::kKey);
}

Result<InputMessage, std::string> read_touch(Copier& copy, const json::object& message) {
  static constexpr std::array<std::string_view, 4> kPhases = {"start", "move", "end", "cancel"};
  const auto phase = http::text_member(message, "phase");
  copy.word("phase", kPhases);
  copy.points();
  copy.number("f", 0, 1'000'000'000);
  const bool lets_go = phase && (phase->value_or("") == "end" || phase->value_or("") == "cancel");
  return copy.finish(lets_go ? InputKind::kRelease : InputKind::kPress);
}

Result<InputMessage, std::string> read_navigation(Copier& copy) {
  static constexpr std::array<std::string_view, 5> kWays = {"go", "back", "forward", "reload",
                                                            "stop"};
  copy.word("do", kWays);
  copy.text("url", kMaxUrl);
  return copy.finish(InputKind::kCommand);
}

}  // namespace

std::optional<Result<InputMessage, std::string>> read_input(std::string_view type,
                                                            const json::object& message) {
  static constexpr std::array<std::string_view, 3> kTabs = {"open", "close", "select"};
  Copier copy(message, type);
  if (type == "move") {
    copy.place();
    return copy.finish(InputKind::kPointer);
  }
  if (type == "down" || type == "up") return read_button(copy, type == "down");
  if (type == "wheel") {
    copy.place();
    copy.amount("dx", kMaxWheel);
    copy.amount("dy", kMaxWheel);
    return copy.finish(InputKind::kPointer);
  }
  if (type == "key") return read_key(copy, message);
  if (type == "text" || type == "paste") {
    copy.text("text", kMaxText);
    return copy.finish(InputKind::kKey);
  }
  if (type == "ime") {
    copy.text("text", kMaxComposed);
    copy.number("start", 0, kMaxComposed);
    copy.number("end", 0, kMaxComposed);
    return copy.finish(InputKind::kKey);
  }
  if (type == "touch") return read_touch(copy, message);
  if (type == "copy") return copy.finish(InputKind::kKey);
  if (type == "nav") return read_navigation(copy);
  if (type == "tab") {
    copy.word("do", kTabs);
    copy.text("id", kMaxId);
    return copy.finish(InputKind::kCommand);
  }
  if (type == "dialog") {
    copy.flag("accept");
    copy.text("text", kMaxText);
    return copy.finish(InputKind::kCommand);
  }
  if (type == "files") {
    copy.names("documents", kMaxFiles);
    return copy.finish(InputKind::kCommand);
  }
  if (type == "document") {
    copy.text("id", kMaxId);
    return copy.finish(InputKind::kCommand);
  }
  return std::nullopt;
}

}  // namespace turnpike::cobrowse
