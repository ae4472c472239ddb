#include "credentials/server/accounting_row.h"

#include <boost/json/array.hpp>

#include "credentials/api/bodies.h"
#include "http/core/json.h"

namespace turnpike::credentials {
namespace {

namespace json = boost::json;
using Failed = std::string;

constexpr std::string_view kUsage[] = {
    "received_packets",      "received_bytes",      "sent_packets",      "sent_bytes",
    "peer_received_packets", "peer_received_bytes", "peer_sent_packets", "peer_sent_bytes"};

/// Takes members out of a relay's object and remembers the first that is not as it should be.
class Reader {
 public:
  explicit Reader(const json::object& object) : object_(object) {}

  std::string text(std::string_view name) {
    const auto value = http::text_member(object_, name);
    if (value && *value) return **value;
    return missing(name), std::string();
  }
  std::int64_t number(std::string_view name) {
    const auto value = http::number_member(object_, name);
    if (value && *value) return **value;
    return missing(name), 0;
  }
  /// "a b c"
  std::string list(std::string_view name) {
    const json::value* const value = object_.if_contains(name);
    const json::array* const array = value != nullptr ? value->if_array() : nullptr;
    if (array == nullptr) return missing(name), std::string();
    std::string joined;
    for (const json::value& one : *array) {
      if (!one.is_string()) return missing(name), std::string();
      if (!joined.empty()) joined += ' ';
      joined += one.get_string();
    }
    return joined;
  }
  void missing(std::string_view name) {
    if (wrong_.empty()) wrong_ = name;
  }
  const std::string& wrong() const { return wrong_; }

 private:
  const json::object& object_;
  std::string wrong_;
};

void append_text(std::string& out, std::string_view text) {
  constexpr std::string_view kFormula = "=+-@\t\r";
  const bool formula = !text.empty() && kFormula.find(text.front()) != std::string_view::npos;
  const bool quoted = text.find_first_of("\",\r\n") != std::string_view::npos;
  if (quoted) out += '"';
  if (formula) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  if (quoted) out += '"';
}

}  // namespace

Result<json::object, std::string> accounting_row(std::string_view relay, std::string_view instance,
                                                 const json::object& ended,
                                                 const CredentialRecord& given) {
  Reader reader(ended);
  const std::int64_t start = reader.number("start");
  const std::int64_t end = reader.number("end");
  json::object row{{"relay", relay},
                   {"instance", instance},
                   {"number", reader.number("number")},
                   {"allocation", reader.text("id")},
                   {"start", api::iso_time(start)},
                   {"end", api::iso_time(end)},
                   {"seconds", end - start},
                   {"reason", reader.text("reason")},
                   {"username", reader.text("user")},
                   {"user", given.user},
                   {"session", given.session},
                   {"caller", given.caller},
                   {"origin", given.origin},
                   {"call_id", given.call_id},
                   {"realm", reader.text("realm")},
                   {"client", reader.text("client")},
                   {"transport", reader.text("transport")},
                   {"relayed", reader.list("relayed")},
                   {"peers", reader.list("peers")},
                   {"permissions", reader.number("permissions")}};
  const json::value* const usage = ended.if_contains("usage");
  if (usage == nullptr || !usage->is_object()) {
    reader.missing("usage");
  } else {
    Reader numbers(usage->get_object());
    for (const std::string_view name : kUsage) row[name] = numbers.number(name);
    if (!numbers.wrong().empty()) reader.missing(numbers.wrong());
  }
  if (!reader.wrong().empty()) return fail(Failed("no good " + reader.wrong()));
  return row;
}

std::string csv_line(const json::object& row) {
  std::string line;
  for (const auto& member : row) {
    if (!line.empty()) line += ',';
    if (member.value().is_string()) {
      append_text(line, member.value().get_string());
    } else {
      line += http::to_json(member.value());
    }
  }
  return line + "\r\n";
}

std::string csv_header(const json::object& row) {
  std::string line;
  for (const auto& member : row) {
    if (!line.empty()) line += ',';
    line += member.key();
  }
  return line + "\r\n";
}

}  // namespace turnpike::credentials
