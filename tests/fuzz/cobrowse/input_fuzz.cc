// Input of a page: refused with a sentence, or made anew into a message that is read the same way
// again and has nothing in it but members of its type.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "cobrowse/server/input_message.h"
#include "http/core/json.h"

namespace {

constexpr std::array<std::string_view, 24> kMembers = {
    "t",    "x",      "y",    "f",      "button", "mods",      "dx",  "dy",
    "down", "key",    "code", "repeat", "text",   "start",     "end", "phase",
    "id",   "points", "do",   "url",    "accept", "documents", "t",   "id"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace turnpike;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto message = http::parse_json_object(text, {.bytes = 128 << 10, .depth = 8});
  if (!message) return 0;
  const auto type = http::text_member(*message, "t");
  const std::string word = type ? type->value_or("") : "";
  const auto read = cobrowse::read_input(word, *message);
  if (!read) return 0;
  if (!*read) {
    CHECK(!read->error().empty());
    return 0;
  }
  const boost::json::object& forward = (*read)->forward;
  CHECK(forward.at("t") == boost::json::value(word));
  for (const auto& member : forward) {
    CHECK(std::ranges::find(kMembers, std::string_view(member.key())) != kMembers.end());
  }
  const auto again = http::parse_json_object(http::to_json(forward), {.bytes = SIZE_MAX});
  CHECK(again);
  const auto reread = cobrowse::read_input(word, *again);
  CHECK(reread && *reread && (*reread)->forward == forward);
  CHECK((*reread)->kind == (*read)->kind);
  return 0;
}
