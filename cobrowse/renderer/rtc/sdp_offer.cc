#include "cobrowse/renderer/rtc/sdp_offer.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "cobrowse/renderer/rtc/header_extensions.h"

namespace turnpike::rtc {
namespace {

class Lines {
 public:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += "\r\n";
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void add_transport(Lines& out, const Offer& offer) {
  out.add("a=ice-ufrag:{}", offer.ice_ufrag);
  out.add("a=ice-pwd:{}", offer.ice_pwd);
  out.add("a=ice-options:trickle");
  out.add("a=fingerprint:sha-256 {}", fingerprint_text(offer.fingerprint));
  out.add("a=setup:actpass");
}

void add_codecs(Lines& out) {
  out.add("a=rtpmap:{} VP8/90000", kOfferedVp8);
  for (const std::string_view what : {"goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"}) {
    out.add("a=rtcp-fb:{} {}", kOfferedVp8, what);
  }
  out.add("a=rtpmap:{} rtx/90000", kOfferedRtx);
  out.add("a=fmtp:{} apt={}", kOfferedRtx, kOfferedVp8);
}

void add_sources(Lines& out, const Offer& offer) {
  out.add("a=ssrc-group:FID {} {}", offer.ssrc, offer.rtx_ssrc);
  for (const std::uint32_t ssrc : {offer.ssrc, offer.rtx_ssrc}) {
    out.add("a=ssrc:{} cname:{}", ssrc, offer.cname);
    out.add("a=ssrc:{} msid:{} {}", ssrc, offer.stream_id, offer.track_id);
  }
}

void add_sound(Lines& out, const Offer& offer, const OfferedSound& sound) {
  out.add("m=audio 9 UDP/TLS/RTP/SAVPF {}", kOfferedOpus);
  out.add("c=IN IP4 0.0.0.0");
  out.add("a=rtcp:9 IN IP4 0.0.0.0");
  add_transport(out, offer);
  out.add("a=mid:{}", kOfferedSoundMid);
  out.add("a=extmap:{} {}", kOfferedExtensions.mid, kMidUri);
  out.add("a=extmap:{} {}", kOfferedExtensions.transport_cc, kTransportCcUri);
  out.add("a=sendonly");
  out.add("a=msid:{} {}", sound.stream_id, sound.track_id);
  out.add("a=rtcp-mux");
  out.add("a=rtcp-rsize");
  out.add("a=rtpmap:{} opus/48000/2", kOfferedOpus);
  out.add("a=rtcp-fb:{} transport-cc", kOfferedOpus);
  out.add("a=fmtp:{} minptime=20;useinbandfec=1", kOfferedOpus);
  out.add("a=ssrc:{} cname:{}", sound.ssrc, offer.cname);
  out.add("a=ssrc:{} msid:{} {}", sound.ssrc, sound.stream_id, sound.track_id);
}

}  // namespace

std::string fingerprint_text(const Fingerprint& fingerprint) {
  std::string out;
  for (const std::uint8_t byte : fingerprint) {
    fmt::format_to(std::back_inserter(out), "{}{:02X}", out.empty() ? "" : ":", byte);
  }
  return out;
}

std::string write_offer(const Offer& offer) {
  Lines out;
  out.add("v=0");
  out.add("o=- {} 1 IN IP4 127.0.0.1", offer.session_id);
  out.add("s=-");
  out.add("t=0 0");
  out.add("a=group:BUNDLE {}{}{}", kOfferedMid, offer.sound ? " " : "",
          offer.sound ? kOfferedSoundMid : "");
  out.add("a=extmap-allow-mixed");
  out.add("a=msid-semantic: WMS {}", offer.stream_id);
  out.add("m=video 9 UDP/TLS/RTP/SAVPF {} {}", kOfferedVp8, kOfferedRtx);
  out.add("c=IN IP4 0.0.0.0");
  out.add("a=rtcp:9 IN IP4 0.0.0.0");
  add_transport(out, offer);
  out.add("a=mid:{}", kOfferedMid);
  out.add("a=extmap:{} {}", kOfferedExtensions.mid, kMidUri);
  out.add("a=extmap:{} {}", kOfferedExtensions.abs_capture_time, kAbsCaptureTimeUri);
  out.add("a=extmap:{} {}", kOfferedExtensions.transport_cc, kTransportCcUri);
  out.add("a=extmap:{} {}", kOfferedExtensions.playout_delay, kPlayoutDelayUri);
  out.add("a=sendonly");
  out.add("a=msid:{} {}", offer.stream_id, offer.track_id);
  out.add("a=rtcp-mux");
  out.add("a=rtcp-rsize");
  add_codecs(out);
  add_sources(out, offer);
  if (offer.sound) add_sound(out, offer, *offer.sound);
  return out.take();
}

}  // namespace turnpike::rtc
