// The file in which X11's clients find the secret of a server (Xsecurity(7), Xau(3)): read and
// written by hand, since it is a few counted strings. One kind of secret: MIT-MAGIC-COOKIE-1.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace turnpike::capture {

inline constexpr std::string_view kMagicCookie = "MIT-MAGIC-COOKIE-1";
using Cookie = std::array<std::uint8_t, 16>;

/// A file with one entry that is good for every display (FamilyWild, no number): the server takes
/// it before it has a number.
std::vector<std::uint8_t> render_xauthority(const Cookie& cookie);

/// The first cookie for display `number`; nothing: there is none, or it is no such file.
std::optional<Cookie> find_cookie(Bytes file, int number);

/// Fails with a text that names the file.
Result<Cookie, std::string> read_cookie(const std::string& path, int number);

}  // namespace turnpike::capture
