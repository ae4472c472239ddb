// As much of JSON Schema as openapi.json uses. Stricter than the standard in one thing: a member
// that no schema names is a finding, because the reference would not tell of it.
#pragma once

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>
#include <string>
#include <vector>

#include "http/core/json.h"

namespace turnpike::credentials::api {

class JsonSchema {
 public:
  using Value = boost::json::value;
  using Object = boost::json::object;

  /// `schemas` is components/schemas, and outlives it.
  explicit JsonSchema(const Object& schemas) : schemas_(schemas) {}

  /// What is wrong, a line each.
  std::vector<std::string> check(const Value& value, const Object& schema,
                                 const std::string& where = "") const {
    std::vector<std::string> wrong;
    std::set<std::string> named;
    collect_names(schema, named);
    check_one(value, schema, where, wrong);
    if (const auto* object = value.if_object(); object && !named.empty()) {
      for (const auto& member : *object) {
        if (!named.contains(std::string(member.key()))) {
          wrong.push_back(where + "/" + std::string(member.key()) + " is in no schema");
        }
      }
    }
    return wrong;
  }

 private:
  const Object& resolve(const Object& schema) const {
    if (!schema.contains("$ref")) return schema;
    const std::string path(schema.at("$ref").as_string());
    return schemas_.at(path.substr(path.rfind('/') + 1)).as_object();
  }

  void collect_names(const Object& unresolved, std::set<std::string>& names) const {
    const Object& schema = resolve(unresolved);
    if (const auto* properties = schema.if_contains("properties")) {
      for (const auto& each : properties->as_object()) names.insert(std::string(each.key()));
    }
    for (const char* several : {"allOf", "oneOf"}) {
      const auto* list = schema.if_contains(several);
      if (list == nullptr) continue;
      for (const Value& each : list->as_array()) collect_names(each.as_object(), names);
    }
  }

  static bool is_of_type(const Value& value, std::string_view type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    if (type == "boolean") return value.is_bool();
    return type == "null" && value.is_null();
  }

  void check_one(const Value& value, const Object& unresolved, const std::string& where,
                 std::vector<std::string>& wrong) const {
    const Object& schema = resolve(unresolved);
    const auto complain = [&](const std::string& what) { wrong.push_back(where + ": " + what); };
    if (const auto* type = schema.if_contains("type")) {
      if (!is_of_type(value, std::string_view(type->as_string()))) complain("is of another type");
    }
    if (const auto* constant = schema.if_contains("const")) {
      if (value != *constant) complain("is another constant");
    }
    if (const auto* choice = schema.if_contains("enum")) {
      if (std::ranges::find(choice->as_array(), value) == choice->as_array().end()) {
        complain("is none of the words");
      }
    }
    if (const auto* all = schema.if_contains("allOf")) {
      for (const Value& each : all->as_array()) check_one(value, each.as_object(), where, wrong);
    }
    if (const auto* choice = schema.if_contains("oneOf")) {
      const auto fits = [&](const Value& each) {
        return check(value, each.as_object(), where).empty();
      };
      if (std::ranges::count_if(choice->as_array(), fits) != 1) complain("fits not one of oneOf");
    }
    check_members(value, schema, where, wrong);
  }

  void check_members(const Value& value, const Object& schema, const std::string& where,
                     std::vector<std::string>& wrong) const {
    const auto take = [&](const Value& inner, const Object& rules, const std::string& place) {
      for (std::string& each : check(inner, rules, place)) wrong.push_back(std::move(each));
    };
    if (const auto* items = schema.if_contains("items"); items && value.is_array()) {
      for (const Value& each : value.get_array()) take(each, items->as_object(), where + "[]");
    }
    if (!value.is_object()) return;
    const Object& object = value.get_object();
    if (const auto* required = schema.if_contains("required")) {
      for (const Value& name : required->as_array()) {
        if (!object.contains(name.as_string())) {
          wrong.push_back(where + "/" + std::string(name.as_string()) + " is missing");
        }
      }
    }
    if (const auto* properties = schema.if_contains("properties")) {
      for (const auto& each : properties->as_object()) {
        const auto* member = object.if_contains(each.key());
        if (member == nullptr) continue;
        take(*member, each.value().as_object(), where + "/" + std::string(each.key()));
      }
    }
  }

  const Object& schemas_;
};

}  // namespace turnpike::credentials::api
