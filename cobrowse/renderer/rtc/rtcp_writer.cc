#include "cobrowse/renderer/rtc/rtcp_writer.h"

#include <algorithm>

#include "base/check.h"

namespace turnpike::rtc {
namespace {

constexpr std::int64_t kFrom1900To1970 = 2'208'988'800;
constexpr std::size_t kReportBytes = 28;
constexpr std::uint8_t kCname = 1;

std::size_t write_description(std::uint32_t ssrc, std::string_view cname, MutableBytes out) {
  const std::size_t text_end = 4 + 4 + 2 + cname.size();
  const std::size_t size = (text_end / 4 + 1) * 4;  // at least one zero ends the list of items
  std::fill_n(out.begin(), size, std::uint8_t{0});
  out[0] = 0x81;
  out[1] = 202;
  store_be16(&out[2], static_cast<std::uint16_t>(size / 4 - 1));
  store_be32(&out[4], ssrc);
  out[8] = kCname;
  out[9] = static_cast<std::uint8_t>(cname.size());
  std::ranges::copy(as_bytes(cname), &out[10]);
  return size;
}

}  // namespace

std::uint64_t ntp_time(WallTime time) {
  const auto whole = unix_seconds(time);
  const auto rest = static_cast<std::uint64_t>((time.time_since_epoch() - seconds(whole)).count());
  const auto since_1900 = static_cast<std::uint64_t>(whole + kFrom1900To1970);
  return (since_1900 << 32) | ((rest << 32) / 1'000'000'000);
}

std::size_t write_sender_report(const SenderReport& report, std::string_view cname,
                                MutableBytes out) {
  CHECK(cname.size() <= kMaxCnameBytes && out.size() >= kMaxSenderReportBytes);
  out[0] = 0x80;
  out[1] = 200;
  store_be16(&out[2], kReportBytes / 4 - 1);
  store_be32(&out[4], report.ssrc);
  store_be64(&out[8], report.ntp);
  store_be32(&out[16], report.rtp_timestamp);
  store_be32(&out[20], report.packets);
  store_be32(&out[24], report.octets);
  return kReportBytes + write_description(report.ssrc, cname, out.subspan(kReportBytes));
}

}  // namespace turnpike::rtc
