#include "cobrowse/renderer/capture/xauthority.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace turnpike::capture {
namespace {

constexpr std::uint16_t kFamilyWild = 0xffff;
constexpr std::size_t kMaxFileSize = 64 * 1024;

void append_be16(std::vector<std::uint8_t>& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

void append_counted(std::vector<std::uint8_t>& out, Bytes bytes) {
  append_be16(out, bytes.size());
  out.insert(out.end(), bytes.begin(), bytes.end());
}

/// Takes a counted string off `rest`; false: it is cut off.
bool take_counted(Bytes& rest, Bytes& out) {
  if (rest.size() < 2) return false;
  const std::size_t size = load_be16(rest.data());
  if (rest.size() - 2 < size) return false;
  out = rest.subspan(2, size);
  rest = rest.subspan(2 + size);
  return true;
}

}  // namespace

std::vector<std::uint8_t> render_xauthority(const Cookie& cookie) {
  std::vector<std::uint8_t> file;
  append_be16(file, kFamilyWild);
  append_counted(file, {});  // the host's address
  append_counted(file, {});  // the display's number
  append_counted(file, as_bytes(kMagicCookie));
  append_counted(file, cookie);
  return file;
}

std::optional<Cookie> find_cookie(Bytes file, int number) {
  const std::string wanted = fmt::format("{}", number);
  while (file.size() >= 2) {
    file = file.subspan(2);  // the family: all displays here are local ones
    Bytes address;
    Bytes display;
    Bytes name;
    Bytes secret;
    if (!take_counted(file, address) || !take_counted(file, display) || !take_counted(file, name) ||
        !take_counted(file, secret)) {
      return std::nullopt;
    }
    Cookie cookie{};
    const bool is_display = display.empty() || as_text(display) == wanted;
    if (!is_display || as_text(name) != kMagicCookie || secret.size() != cookie.size()) continue;
    std::copy(secret.begin(), secret.end(), cookie.begin());
    return cookie;
  }
  return std::nullopt;
}

Result<Cookie, std::string> read_cookie(const std::string& path, int number) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return fail(fmt::format("cannot read the X authority file {}", path));
  std::string file(std::istreambuf_iterator<char>(stream), {});
  if (file.size() > kMaxFileSize) {
    return fail(
        fmt::format("{} has {} bytes, too many for an X authority file", path, file.size()));
  }
  const auto cookie = find_cookie(as_bytes(file), number);
  if (!cookie) return fail(fmt::format("{} has no {} for display :{}", path, kMagicCookie, number));
  return *cookie;
}

}  // namespace turnpike::capture
