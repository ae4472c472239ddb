#include "cobrowse/renderer/rtc/sdp_answer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cobrowse/renderer/rtc/limits.h"
#include "cobrowse/renderer/rtc/sdp_text.h"

namespace turnpike::rtc {
namespace {

constexpr std::size_t kPayloadTypes = 128;
constexpr unsigned kMostExtensionId = 14;  // more take two-byte headers, which are not written

/// What is known of a payload type before the whole answer has been read.
struct PayloadType {
  bool listed = false;  // in the m= line
  bool is_vp8 = false;
  bool is_rtx = false;
  std::optional<std::uint8_t> apt{};
};

std::optional<Fingerprint> parse_fingerprint(std::string_view text) {
  Fingerprint out{};
  if (text.size() != out.size() * 3 - 1) return std::nullopt;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::string_view digits = text.substr(i * 3, 2);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + 2, out[i], 16);
    if (error != std::errc() || end != digits.data() + 2) return std::nullopt;
    if (i + 1 < out.size() && text[i * 3 + 2] != ':') return std::nullopt;
  }
  return out;
}

/// The second section, which may be anything: what cannot be used is not wanted.
class SoundSection {
 public:
  void on_media(std::uint16_t port, std::string_view formats);
  void on_attribute(std::string_view name, std::string_view value);
  std::optional<SoundAnswer> answer() const;

 private:
  std::optional<std::uint8_t> type_;  // the first that is listed
  SoundAnswer answer_;
  bool is_opus_ = false;
  bool transport_cc_ = false;
  bool receives_ = true;
};

void SoundSection::on_media(std::uint16_t port, std::string_view formats) {
  const auto type = parse_decimal<std::uint8_t>(take_word(formats));
  if (port != 0 && type && *type < kPayloadTypes) type_ = type;
}

void SoundSection::on_attribute(std::string_view name, std::string_view value) {
  if (name == "recvonly" || name == "sendrecv") receives_ = true;
  if (name == "sendonly" || name == "inactive") receives_ = false;
  const std::string_view word = take_word(value);
  const auto number = parse_decimal<std::uint8_t>(word.substr(0, word.find('/')));
  if (!number || *number == 0) return;
  const std::string_view what = take_word(value);
  if (name == "extmap" && *number <= kMostExtensionId) {
    if (what == kMidUri) answer_.extensions.mid = *number;
    if (what == kTransportCcUri) answer_.extensions.transport_cc = *number;
  }
  if (number != type_) return;
  if (name == "rtpmap") is_opus_ = equals_ignoring_case(what, "opus/48000/2");
  if (name == "rtcp-fb") transport_cc_ |= what == "transport-cc";
}

std::optional<SoundAnswer> SoundSection::answer() const {
  if (!type_ || !is_opus_ || !receives_) return std::nullopt;
  SoundAnswer out = answer_;
  out.opus_payload_type = *type_;
  if (!transport_cc_) out.extensions.transport_cc = 0;
  return out;
}

class AnswerParser {
 public:
  explicit AnswerParser(bool has_sound) : has_sound_(has_sound) {}
  Result<Answer, SdpError> parse(std::string_view sdp);

 private:
  using Problem = std::optional<SdpError>;

  Problem on_line(std::string_view line);
  Problem on_media(std::string_view value);
  Problem on_attribute(std::string_view value);
  Problem on_format(std::string_view name, std::string_view value);
  void on_transport(std::string_view name, std::string_view value);
  Problem on_extmap(std::string_view value);
  Problem on_candidate(std::string_view line);
  void on_feedback(std::string_view value);
  Problem finish();
  Problem choose_codecs();

  const bool has_sound_;
  Answer answer_;
  SoundSection sound_;
  std::array<PayloadType, kPayloadTypes> types_{};
  std::array<bool, kPayloadTypes> nack_{}, transport_cc_{}, remb_{};
  std::size_t media_sections_ = 0;
  bool has_fingerprint_ = false;
  bool has_mux_ = false;
  bool receives_ = true;  // sendrecv is the default (RFC 8866 section 6.7)
  std::string setup_;
};

Result<Answer, SdpError> AnswerParser::parse(std::string_view sdp) {
  if (sdp.size() > kMaxSdpBytes) return fail(SdpError::kTooLong);
  std::size_t lines = 0;
  while (!sdp.empty()) {
    if (++lines > kMaxSdpLines) return fail(SdpError::kTooManyLines);
    const std::string_view line = take_line(sdp);
    if (lines == 1 && line != "v=0") return fail(SdpError::kSyntax);
    if (line.empty() && sdp.empty()) break;
    if (const Problem problem = on_line(line)) return fail(*problem);
  }
  if (const Problem problem = finish()) return fail(*problem);
  return std::move(answer_);
}

AnswerParser::Problem AnswerParser::on_line(std::string_view line) {
  if (line.size() < 2 || line[1] != '=' || line.find('\0') != std::string_view::npos) {
    return SdpError::kSyntax;
  }
  const std::string_view value = line.substr(2);
  if (line[0] == 'm') return on_media(value);
  if (line[0] == 'a') return on_attribute(value);
  return std::nullopt;
}

AnswerParser::Problem AnswerParser::on_media(std::string_view value) {
  const std::string_view expected = ++media_sections_ == 1 ? "video" : "audio";
  if (media_sections_ > (has_sound_ ? 2 : 1) || take_word(value) != expected) {
    return SdpError::kMediaSections;
  }
  const auto port = parse_decimal<std::uint16_t>(take_word(value));
  if (!port) return SdpError::kSyntax;
  if (*port == 0 && media_sections_ == 1) return SdpError::kRejected;
  if (take_word(value) != "UDP/TLS/RTP/SAVPF") return SdpError::kMediaSections;
  if (media_sections_ == 2) return sound_.on_media(*port, value), std::nullopt;
  for (auto word = take_word(value); !word.empty(); word = take_word(value)) {
    const auto type = parse_decimal<std::uint8_t>(word);
    if (!type || *type >= kPayloadTypes) return SdpError::kSyntax;
    types_[*type].listed = true;
  }
  return std::nullopt;
}

AnswerParser::Problem AnswerParser::on_attribute(std::string_view attribute) {
  const std::size_t colon = attribute.find(':');
  const std::string_view name = attribute.substr(0, colon);
  const std::string_view value =
      colon == std::string_view::npos ? std::string_view() : attribute.substr(colon + 1);
  if (media_sections_ == 2) return sound_.on_attribute(name, value), std::nullopt;
  if (name == "recvonly" || name == "sendrecv") receives_ = true;
  if (name == "sendonly" || name == "inactive") receives_ = false;
  if (name == "rtcp-mux") has_mux_ = true;
  if (name == "rtcp-rsize") answer_.reduced_size_rtcp = true;
  if (name == "candidate") return on_candidate(attribute);
  if (name == "extmap") return on_extmap(value);
  if (name == "rtpmap" || name == "fmtp") return on_format(name, value);
  if (name == "rtcp-fb") on_feedback(value);
  on_transport(name, value);
  return std::nullopt;
}

void AnswerParser::on_transport(std::string_view name, std::string_view value) {
  if (name == "ice-ufrag") answer_.ice_ufrag = value;
  if (name == "ice-pwd") answer_.ice_pwd = value;
  if (name == "setup") setup_ = value;
  if (name != "fingerprint" || !equals_ignoring_case(take_word(value), "sha-256")) return;
  const auto fingerprint = parse_fingerprint(take_word(value));
  has_fingerprint_ = fingerprint.has_value();
  if (fingerprint) answer_.fingerprint = *fingerprint;
}

AnswerParser::Problem AnswerParser::on_format(std::string_view name, std::string_view value) {
  const auto number = parse_decimal<std::uint8_t>(take_word(value));
  if (!number || *number >= kPayloadTypes) return SdpError::kSyntax;
  PayloadType& type = types_[*number];
  const std::string_view what = take_word(value);
  if (name == "rtpmap") {
    type.is_vp8 = equals_ignoring_case(what, "VP8/90000");
    type.is_rtx = equals_ignoring_case(what, "rtx/90000");
  } else if (const auto apt = after_prefix(what, "apt=")) {
    type.apt = parse_decimal<std::uint8_t>(apt->substr(0, apt->find(';')));
  }
  return std::nullopt;
}

AnswerParser::Problem AnswerParser::on_extmap(std::string_view value) {
  const std::string_view word = take_word(value);
  const auto id = parse_decimal<std::uint16_t>(word.substr(0, word.find('/')));
  if (!id || *id == 0) return SdpError::kSyntax;
  const std::string_view uri = take_word(value);
  if (*id > kMostExtensionId) return std::nullopt;
  const auto one = static_cast<std::uint8_t>(*id);
  if (uri == kMidUri) answer_.extensions.mid = one;
  if (uri == kAbsCaptureTimeUri) answer_.extensions.abs_capture_time = one;
  if (uri == kTransportCcUri) answer_.extensions.transport_cc = one;
  if (uri == kPlayoutDelayUri) answer_.extensions.playout_delay = one;
  return std::nullopt;
}

AnswerParser::Problem AnswerParser::on_candidate(std::string_view line) {
  if (answer_.candidates.size() >= kMaxSdpCandidates) return SdpError::kCandidates;
  if (auto candidate = parse_candidate(line)) answer_.candidates.push_back(std::move(*candidate));
  return std::nullopt;
}

void AnswerParser::on_feedback(std::string_view value) {
  const std::string_view word = take_word(value);
  const auto number = parse_decimal<std::uint8_t>(word);
  if (word != "*" && (!number || *number >= kPayloadTypes)) return;
  const std::string_view what = take_word(value);
  const bool plain = take_word(value).empty();
  for (std::size_t type = 0; type < kPayloadTypes; ++type) {
    if (word != "*" && type != *number) continue;
    nack_[type] |= what == "nack" && plain;
    transport_cc_[type] |= what == "transport-cc";
    remb_[type] |= what == "goog-remb";
  }
}

AnswerParser::Problem AnswerParser::choose_codecs() {
  const auto vp8 =
      std::ranges::find_if(types_, [](const PayloadType& t) { return t.listed && t.is_vp8; });
  if (vp8 == types_.end()) return SdpError::kNoVp8;
  const auto number = static_cast<std::uint8_t>(vp8 - types_.begin());
  answer_.vp8_payload_type = number;
  answer_.nack = nack_[number];
  answer_.transport_cc = transport_cc_[number];
  answer_.remb = remb_[number];
  const auto rtx = std::ranges::find_if(
      types_, [&](const PayloadType& t) { return t.listed && t.is_rtx && t.apt == number; });
  if (rtx != types_.end()) {
    answer_.rtx_payload_type = static_cast<std::uint8_t>(rtx - types_.begin());
  }
  return std::nullopt;
}

AnswerParser::Problem AnswerParser::finish() {
  if (media_sections_ != (has_sound_ ? 2 : 1)) return SdpError::kMediaSections;
  answer_.sound = sound_.answer();
  if (!receives_) return SdpError::kDirection;
  if (const Problem problem = choose_codecs()) return problem;
  if (!has_mux_) return SdpError::kNoRtcpMux;
  if (!is_ice_text(answer_.ice_ufrag, 4, 256) || !is_ice_text(answer_.ice_pwd, 22, 256)) {
    return SdpError::kIceCredentials;
  }
  if (!has_fingerprint_) return SdpError::kFingerprint;
  if (setup_ != "active" && setup_ != "passive") return SdpError::kSetup;
  answer_.setup = setup_ == "active" ? DtlsSetup::kActive : DtlsSetup::kPassive;
  return std::nullopt;
}

}  // namespace

std::string_view sdp_error_text(SdpError error) {
  switch (error) {
    case SdpError::kTooLong:
      return "the answer is too long";
    case SdpError::kTooManyLines:
      return "the answer has too many lines";
    case SdpError::kSyntax:
      return "the answer is not written as RFC 8866 says";
    case SdpError::kMediaSections:
      return "the answer is not for what was offered over UDP/TLS/RTP/SAVPF";
    case SdpError::kRejected:
      return "the browser rejects the video";
    case SdpError::kDirection:
      return "the browser does not want to receive the video";
    case SdpError::kNoVp8:
      return "the browser does not accept VP8";
    case SdpError::kNoRtcpMux:
      return "the answer is without rtcp-mux";
    case SdpError::kIceCredentials:
      return "the answer has no usable ice-ufrag and ice-pwd";
    case SdpError::kFingerprint:
      return "the answer has no SHA-256 fingerprint";
    case SdpError::kSetup:
      return "the answer's setup is neither active nor passive";
    case SdpError::kCandidates:
      break;
  }
  return "the answer has too many candidates";
}

Result<Answer, SdpError> parse_answer(std::string_view sdp, bool has_sound) {
  return AnswerParser(has_sound).parse(sdp);
}

}  // namespace turnpike::rtc
