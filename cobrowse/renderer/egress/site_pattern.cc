#include "cobrowse/renderer/egress/site_pattern.h"

#include <algorithm>
#include <charconv>

namespace turnpike::egress {
namespace {

struct Parts {
  std::string_view host;
  std::optional<std::uint16_t> port{};
};

/// Splits at the colon of the port, which is behind the bracket of an IPv6 address.
std::optional<Parts> split(std::string_view text) {
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon == std::string_view::npos) return Parts{.host = text};
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return std::nullopt;
  return Parts{.host = text.substr(0, colon), .port = port};
}

/// The glob of a host: with every "*" taken for a letter it must be a host name.
std::optional<std::string> parse_glob(std::string_view text) {
  std::string sample(text);
  std::replace(sample.begin(), sample.end(), '*', 'a');
  const auto host = parse_host(sample);
  if (!host) return std::nullopt;
  if (text.find('*') == std::string_view::npos) return host->text;
  if (host->address) return std::nullopt;  // "[*::1]" would be "[a::1]"
  std::string glob = host->text;
  for (std::size_t i = 0; i < glob.size(); ++i) {
    if (text[i] == '*') glob[i] = '*';
  }
  return glob;
}

}  // namespace

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

bool glob_matches(std::string_view glob, std::string_view text) {
  std::size_t g = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // the last "*" that was passed
  std::size_t taken = 0;                      // what it stands for ends here
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      taken = t;
    } else if (g < glob.size() && glob[g] == text[t]) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

std::optional<SitePattern> SitePattern::parse(std::string_view text) {
  const auto parts = split(text);
  if (!parts) return std::nullopt;
  auto glob = parse_glob(parts->host);
  if (!glob) return std::nullopt;
  SitePattern pattern;
  pattern.glob_ = std::move(*glob);
  pattern.port_ = parts->port;
  return pattern;
}

bool SitePattern::matches(const Host& host, std::uint16_t port) const {
  return (!port_ || *port_ == port) && glob_matches(glob_, host.text);
}

}  // namespace turnpike::egress
