#include "relay/net/reserved_ports.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include "relay/net/fd.h"
#include "relay/net/socket_error.h"

namespace turnpike::net {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

std::optional<PortRange> parse_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = parse_port(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_port(text.substr(dash + 1));
  if (!first || !last || *first > *last) return std::nullopt;
  return PortRange{*first, *last};
}

/// "32768\t60999\n"
std::optional<PortRange> parse_ephemeral(std::string_view text) {
  const std::size_t gap = text.find_first_of(" \t");
  if (gap == std::string_view::npos) return std::nullopt;
  std::string_view second = text.substr(text.find_first_not_of(" \t", gap));
  const auto first = parse_port(text.substr(0, gap));
  const auto last = parse_port(second.substr(0, second.find_first_of(" \t\n")));
  if (!first || !last) return std::nullopt;
  return PortRange{*first, *last};
}

bool overlap(PortRange a, PortRange b) {
  return a.first <= b.last && b.first <= a.last;
}

std::optional<std::string> read_file(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return std::nullopt;
  std::string text;
  std::array<char, 4096> chunk;
  while (true) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got < 0) return std::nullopt;
    if (got == 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

/// In one write: the kernel takes each write to such a file as a whole new value. False leaves
/// errno.
bool write_file(const std::string& path, const std::string& text) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (!fd.valid()) return false;
  return ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

PortReservation not_possible(const std::string& operation, const std::string& advice) {
  const SocketError error{errno, operation};
  return {ReserveOutcome::kNotPossible, error.to_string() + advice, {}};
}

}  // namespace

PortRanges parse_port_ranges(std::string_view text) {
  PortRanges out;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of(", \t\n");
    if (const auto range = parse_range(text.substr(0, end))) out = add_port_range(out, *range);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string port_ranges_to_string(const PortRanges& ranges) {
  std::string out;
  for (const PortRange& range : ranges) {
    if (!out.empty()) out += ',';
    out += std::to_string(range.first);
    if (range.last != range.first) out += '-' + std::to_string(range.last);
  }
  return out + '\n';
}

PortRanges add_port_range(const PortRanges& ranges, PortRange added) {
  PortRanges out;
  for (const PortRange& range : ranges) {
    const bool touches = range.first <= added.last + 1 && added.first <= range.last + 1;
    if (touches) {
      added = {std::min(range.first, added.first), std::max(range.last, added.last)};
    } else {
      out.push_back(range);
    }
  }
  const auto place = std::find_if(out.begin(), out.end(),
                                  [&](PortRange range) { return range.first > added.last; });
  out.insert(place, added);
  return out;
}

PortRanges remove_port_range(const PortRanges& ranges, PortRange removed) {
  PortRanges out;
  for (const PortRange& range : ranges) {
    if (!overlap(range, removed)) {
      out.push_back(range);
      continue;
    }
    if (range.first < removed.first) {
      out.push_back({range.first, static_cast<std::uint16_t>(removed.first - 1)});
    }
    if (range.last > removed.last) {
      out.push_back({static_cast<std::uint16_t>(removed.last + 1), range.last});
    }
  }
  return out;
}

namespace {

/// How many ports of the ephemeral range the kernel may still choose.
std::size_t ports_left(const PortRange& ephemeral, const PortRanges& reserved) {
  PortRanges rest = {ephemeral};
  for (const PortRange& range : reserved) rest = remove_port_range(rest, range);
  std::size_t left = 0;
  for (const PortRange& range : rest) left += std::size_t{range.last} - range.first + 1U;
  return left;
}

}  // namespace

PortReservation reserve_ports(PortRange range, const ReservedPortsFiles& files) {
  const auto ephemeral_text = read_file(files.ephemeral);
  const auto ephemeral = ephemeral_text ? parse_ephemeral(*ephemeral_text) : std::nullopt;
  if (ephemeral && !overlap(*ephemeral, range)) return {ReserveOutcome::kNotNeeded, {}, {}};

  const auto text = read_file(files.reserved);
  if (!text) return not_possible("cannot read " + files.reserved, "");
  const PortRanges before = parse_port_ranges(*text);
  PortRanges missing = {range};
  for (const PortRange& known : before) missing = remove_port_range(missing, known);
  if (missing.empty()) return {ReserveOutcome::kReserved, {}, {}};

  const PortRanges after = add_port_range(before, range);
  if (ephemeral && ports_left(*ephemeral, after) < kLeastEphemeralPorts) {
    return {ReserveOutcome::kNotPossible,
            "reserving them would leave other programs fewer than " +
                std::to_string(kLeastEphemeralPorts) + " ephemeral ports",
            {}};
  }
  const std::string wanted = port_ranges_to_string(after);
  if (!write_file(files.reserved, wanted)) {
    return not_possible("cannot write " + files.reserved,
                        "; have it hold " + wanted.substr(0, wanted.size() - 1));
  }
  return {ReserveOutcome::kReserved, {}, missing};
}

std::optional<std::string> ports_without(const PortReservation& reservation,
                                         const ReservedPortsFiles& files) {
  const auto text = read_file(files.reserved);
  if (!text) return std::nullopt;
  PortRanges ranges = parse_port_ranges(*text);
  for (const PortRange& range : reservation.added) ranges = remove_port_range(ranges, range);
  return port_ranges_to_string(ranges);
}

bool release_ports(const PortReservation& reservation, const ReservedPortsFiles& files) {
  if (reservation.added.empty()) return true;
  const auto rest = ports_without(reservation, files);
  return rest && write_file(files.reserved, *rest);
}

}  // namespace turnpike::net
