#include "conf/yaml_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "conf/parse_value.h"

namespace turnpike::conf {
namespace {

Result<std::string, std::string> scalar(const YAML::Node& node) {
  if (node.IsNull()) return fail(std::string("has no value"));
  if (!node.IsScalar()) return fail(std::string("needs one value, not a list or a mapping"));
  return node.Scalar();
}

Assigned check_text(const YamlRow& row, const std::string& text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(text, is_control)) {
    return fail(std::string("has a control character in it"));
  }
  if (text.size() < row.min || text.size() > row.max) {
    return fail(
        fmt::format("has {} characters, allowed are {} to {}", text.size(), row.min, row.max));
  }
  return {};
}

Assigned check_choice(const YamlRow& row, const std::string& text) {
  if (is_choice(text, row.example)) return {};
  return fail(fmt::format("\"{}\" is none of {}", log::log_safe(text), row.example));
}

Result<std::uint64_t, std::string> number_in(const std::string& text, const YamlRow& row) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) {
    return fail(fmt::format("\"{}\" is no whole number", log::log_safe(text)));
  }
  if (value < row.min || value > row.max) {
    return fail(fmt::format("{} is out of range, allowed are {} to {}", value, row.min, row.max));
  }
  return value;
}

Result<std::uint64_t, std::string> number(const YamlSource& from) {
  const auto text = scalar(from.node);
  if (!text) return fail(text.error());
  return number_in(*text, from.row);
}

Result<std::string, std::string> read_secret_file(const std::string& path, FileReader& files) {
  auto text = files.read(path);
  if (!text) {
    return fail(fmt::format("the file {} cannot be read: does it exist, and may this user read it?",
                            log::log_safe(path)));
  }
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  return *std::move(text);
}

Result<std::string, std::string> resolve_secret(const std::string& text,
                                                const SecretSources& sources) {
  if (text.starts_with("file:")) return read_secret_file(text.substr(5), sources.files);
  if (!text.starts_with("env:")) return text;
  auto value = sources.environment(text.substr(4));
  if (!value) {
    return fail(fmt::format("the environment has no {}", log::log_safe(text.substr(4))));
  }
  return *std::move(value);
}

/// The nodes of a list, or the one value in place of a list.
template <class Add>
Assigned each_text(const YamlSource& from, Add add) {
  if (from.node.IsSequence()) {
    for (const YAML::Node& node : from.node) {
      const auto text = scalar(node);
      if (!text) return fail(text.error());
      if (Assigned added = add(*text); !added) return added;
    }
    return {};
  }
  const auto text = scalar(from.node);
  if (!text) return fail(text.error());
  if (!from.split_commas) return add(*text);
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    std::string_view part = rest.substr(0, comma);
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (Assigned added = add(std::string(part)); !added) return added;
  }
  return {};
}

Result<std::string, std::string> checked(const YamlRow& row, std::string text) {
  if (const Assigned good = check_text(row, text); !good) return fail(good.error());
  return text;
}

Result<Secret, std::string> secret(const YamlSource& from, const std::string& text) {
  auto resolved = resolve_secret(text, from.secrets);
  if (!resolved) return fail(resolved.error());
  if (const Assigned good = check_text(from.row, *resolved); !good) return fail(good.error());
  return Secret(*std::move(resolved));
}

/// All of a list or nothing of it; convert(text) gives a value or says what is wrong.
template <class Value, class Convert>
Assigned assign_each(const YamlSource& from, std::vector<Value>& values, Convert convert) {
  std::vector<Value> found;
  const Assigned done = each_text(from, [&](const std::string& text) -> Assigned {
    auto value = convert(text);
    if (!value) return fail(value.error());
    found.push_back(*std::move(value));
    return {};
  });
  if (done) values = std::move(found);
  return done;
}

}  // namespace

Assigned assign_yaml(const YamlSource& from, std::string& value) {
  auto text = scalar(from.node);
  if (!text) return fail(text.error());
  const Assigned good = from.row.kind == YamlKind::kChoice ? check_choice(from.row, *text)
                                                           : check_text(from.row, *text);
  if (good) value = *std::move(text);
  return good;
}

Assigned assign_yaml(const YamlSource& from, Secret& value) {
  const auto text = scalar(from.node);
  if (!text) return fail(text.error());
  auto found = secret(from, *text);
  if (!found) return fail(found.error());
  value = *std::move(found);
  return {};
}

Assigned assign_yaml(const YamlSource& from, std::vector<std::string>& values) {
  return assign_each(from, values,
                     [&](const std::string& text) { return checked(from.row, text); });
}

Assigned assign_yaml(const YamlSource& from, std::vector<Secret>& values) {
  const YamlSource whole{from.row, from.node, from.secrets};  // a comma may be part of a secret
  return assign_each(whole, values, [&](const std::string& text) { return secret(from, text); });
}

Assigned assign_yaml(const YamlSource& from, std::vector<std::uint16_t>& values) {
  return assign_each(from, values, [&](const std::string& text) {
    return number_in(text, from.row).map([](std::uint64_t port) {
      return static_cast<std::uint16_t>(port);
    });
  });
}

Assigned assign_yaml(const YamlSource& from, bool& value) {
  const auto text = scalar(from.node);
  if (!text) return fail(text.error());
  const bool yes = *text == "true" || *text == "yes" || *text == "on";
  if (!yes && *text != "false" && *text != "no" && *text != "off") {
    return fail(fmt::format("\"{}\" is neither true nor false", log::log_safe(*text)));
  }
  value = yes;
  return {};
}

Assigned assign_yaml(const YamlSource& from, std::uint64_t& value) {
  const auto found = number(from);
  if (!found) return fail(found.error());
  value = *found;
  return {};
}

Assigned assign_yaml(const YamlSource& from, std::uint16_t& value) {
  const auto found = number(from);
  if (!found) return fail(found.error());
  value = static_cast<std::uint16_t>(*found);
  return {};
}

Assigned assign_yaml(const YamlSource& from, seconds& value) {
  const auto found = number(from);
  if (!found) return fail(found.error());
  value = seconds(*found);
  return {};
}

Assigned assign_yaml(const YamlSource& from, const YamlField& field) {
  return std::visit([&](auto* value) { return assign_yaml(from, *value); }, field);
}

}  // namespace turnpike::conf
