#include "cobrowse/renderer/peer/viewer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace turnpike::peer {
namespace {

constexpr milliseconds kCongestionPause{50};  // when the way to the relay takes nothing
constexpr milliseconds kProofPause{50};       // when it is not known where the way leads
constexpr std::size_t kMaxEarlyCandidates = 32;

Now now() {
  return {MonotonicTime(std::chrono::steady_clock::now().time_since_epoch()),
          WallTime(std::chrono::system_clock::now().time_since_epoch())};
}

std::string token(Rng& rng) {
  return fmt::format("{:016x}", rng.next_u64());
}

std::uint32_t another_ssrc(Rng& rng, const rtc::Offer& offer) {
  while (true) {
    const auto ssrc = static_cast<std::uint32_t>(rng.next_u64());
    if (ssrc != 0 && ssrc != offer.ssrc && ssrc != offer.rtx_ssrc) return ssrc;
  }
}

/// RFC 7983.
bool is_dtls(Bytes datagram) {
  return !datagram.empty() && datagram[0] >= 20 && datagram[0] <= 63;
}
bool is_rtp_or_rtcp(Bytes datagram) {
  return !datagram.empty() && datagram[0] >= 128 && datagram[0] <= 191;
}

/// RTCP is with RTP, so there is one component; between the relays everything is UDP.
bool is_usable(const rtc::Candidate& candidate) {
  return candidate.type == rtc::CandidateType::kRelay && candidate.is_ip &&
         candidate.protocol == rtc::CandidateProtocol::kUdp && candidate.component == 1;
}

}  // namespace

Viewer::Viewer(ice::EventLoop& loop, const DtlsIdentity& identity, const ViewerSettings& settings,
               Rng& rng, ViewerEvents events)
    : loop_(loop),
      identity_(identity),
      settings_(settings),
      rng_(rng),
      events_(std::move(events)) {}

Viewer::~Viewer() {
  for (const unsigned timer :
       {pump_timer_, dtls_timer_, setup_timer_, congestion_timer_, proof_timer_}) {
    if (timer != 0) loop_.cancel(timer);
  }
}

Result<std::unique_ptr<Viewer>, std::string> Viewer::make(
    ice::EventLoop& loop, const std::vector<ice::RelayServer>& servers,
    const DtlsIdentity& identity, const ViewerSettings& settings, Rng& rng, ViewerEvents events) {
  std::unique_ptr<Viewer> viewer(new Viewer(loop, identity, settings, rng, std::move(events)));
  if (const auto started = viewer->start(servers); !started) return fail(started.error());
  return viewer;
}

Result<void, std::string> Viewer::start(const std::vector<ice::RelayServer>& servers) {
  auto agent =
      ice::IceAgent::make(loop_, servers,
                          {.on_candidate = events_.on_candidate,
                           .on_gathered = {},
                           .on_state = [this](ice::IceState state) { on_ice_state(state); },
                           .on_datagram = [this](Bytes datagram) { on_datagram(datagram); }});
  if (!agent) return fail(agent.error());
  ice_ = *std::move(agent);
  offer_ = {.session_id = rng_.next_u64() >> 2,
            .ice_ufrag = ice_->ufrag(),
            .ice_pwd = ice_->password(),
            .fingerprint = identity_.fingerprint(),
            .cname = token(rng_),
            .stream_id = token(rng_),
            .track_id = token(rng_),
            .ssrc = static_cast<std::uint32_t>(rng_.next_u64() | 1),
            .rtx_ssrc = static_cast<std::uint32_t>(rng_.next_u64() & ~std::uint64_t{1})};
  if (settings_.sound) {
    offer_.sound = rtc::OfferedSound{
        .stream_id = token(rng_), .track_id = token(rng_), .ssrc = another_ssrc(rng_, offer_)};
  }
  watch_setup();
  events_.on_offer(rtc::write_offer(offer_));
  return {};
}

void Viewer::watch_setup() {
  setup_timer_ = loop_.after(settings_.setup_deadline, [this] {
    setup_timer_ = 0;
    if (!is_playing()) lose("no connection in time");
  });
}

bool Viewer::on_answer(std::string_view sdp) {
  if (answer_ || is_lost_) return false;
  const auto answer = rtc::parse_answer(sdp, offer_.sound.has_value());
  if (!answer) {
    lose("the answer: " + std::string(rtc::sdp_error_text(answer.error())));
    return false;
  }
  if (!ice_->set_remote(answer->ice_ufrag, answer->ice_pwd)) {
    lose("the answer: ICE does not take its user and password");
    return false;
  }
  answer_ = *answer;
  const auto role = answer->setup == rtc::DtlsSetup::kActive ? DtlsTransport::Role::kServer
                                                             : DtlsTransport::Role::kClient;
  dtls_ = std::make_unique<DtlsTransport>(identity_, role, answer->fingerprint);
  for (const rtc::Candidate& one : answer->candidates) on_candidate(rtc::write_candidate(one));
  for (const std::string& line : std::exchange(early_candidates_, {})) on_candidate(line);
  return true;
}

bool Viewer::on_candidate(std::string_view line) {
  if (is_lost_) return false;
  const auto candidate = rtc::parse_candidate(line);
  if (!candidate || !is_usable(*candidate)) return false;
  if (!answer_) {
    if (early_candidates_.size() < kMaxEarlyCandidates) early_candidates_.emplace_back(line);
    return true;
  }
  return ice_->add_remote_candidate(rtc::write_candidate(*candidate));
}

void Viewer::on_ice_state(ice::IceState state) {
  if (is_lost_) return;
  if (state == ice::IceState::kFailed) return lose("ICE: no way between the relayed addresses");
  if (state != ice::IceState::kConnected || is_connected_ || !dtls_) return;
  is_connected_ = true;
  dtls_->start();
  on_dtls();
}

void Viewer::on_datagram(Bytes datagram) {
  if (is_lost_) return;
  if (is_dtls(datagram) && dtls_) {
    dtls_->feed(datagram);
    return on_dtls();
  }
  if (!is_rtp_or_rtcp(datagram) || !srtp_ || !stream_) return;
  const std::vector<std::uint8_t> plain = srtp_->unprotect_rtcp(datagram);
  if (plain.empty()) return;
  heard_at_ = now().monotonic;
  stream_->on_rtcp(plain, now());
  pump();
}

void Viewer::on_dtls() {
  for (const auto& datagram : dtls_->take_output()) ice_->send(datagram);
  switch (dtls_->state()) {
    case DtlsTransport::State::kHandshaking:
      return schedule_dtls();
    case DtlsTransport::State::kOpen:
      return begin_stream();
    case DtlsTransport::State::kClosed:
      return lose("the page has gone");
    case DtlsTransport::State::kFailed:
      return lose("DTLS: " + dtls_->error());
  }
}

void Viewer::schedule_dtls() {
  const auto wait = dtls_->next_timeout();
  if (dtls_timer_ != 0 || !wait) return;
  dtls_timer_ = loop_.after(*wait, [this] {
    dtls_timer_ = 0;
    if (is_lost_) return;
    dtls_->on_timeout();
    on_dtls();
  });
}

void Viewer::begin_stream() {
  if (stream_ || is_lost_ || !may_leave()) return;
  auto session = SrtpSession::make(*dtls_->srtp_keys());
  if (!session) return lose(session.error());
  srtp_ = *std::move(session);
  heard_at_ = now().monotonic;
  stream_.emplace(rtc::stream_settings(offer_, *answer_, settings_.rates), rng_);
  events_.on_connected(*ice_->selected_pair());
  events_.on_key_frame_wanted();
}

/// Nothing of picture and sound leaves on any other way than from relay to relay. Asked each time,
/// since ICE may select another pair at any time.
bool Viewer::may_leave() {
  const auto pair = ice_->selected_pair();
  switch (proof_.judge(pair, now().monotonic)) {
    case RelayProof::Verdict::kRelayed:
      return true;
    case RelayProof::Verdict::kUnknown:
      judge_again();
      return false;
    case RelayProof::Verdict::kRefused:
      if (pair) events_.on_connected(*pair);
      lose("not from relay to relay");
      return false;
  }
  return false;
}

void Viewer::judge_again() {
  if (proof_timer_ != 0) return;
  proof_timer_ = loop_.after(kProofPause, [this] {
    proof_timer_ = 0;
    begin_stream();
    pump();
  });
}

void Viewer::on_frame(const rtc::EncodedFrame& frame) {
  if (!stream_ || is_lost_) return;
  stream_->on_frame(frame, now());
  pump();
}

void Viewer::on_sound(const rtc::EncodedSound& sound) {
  if (!stream_ || is_lost_) return;
  stream_->on_sound(sound);
  pump();
}

void Viewer::on_other_source() {
  if (stream_) stream_->on_other_source();
}

void Viewer::pump() {
  if (!stream_ || is_lost_ || !may_leave()) return;
  const Now time = now();
  if (time.monotonic - heard_at_ > settings_.silence) return lose("nothing is heard of it");
  while (congestion_timer_ == 0) {
    if (batch_.empty()) stream_->poll(time, batch_.refill());
    if (batch_.empty()) break;
    const auto send = [this](Bytes packet) { return ice_->send(packet); };
    if (!batch_.send(*srtp_, send)) wait_for_room();
  }
  if (stream_->take_key_frame_request(time)) events_.on_key_frame_wanted();
  schedule_pump();
}

void Viewer::wait_for_room() {
  stream_->set_congested(true);
  congestion_timer_ = loop_.after(kCongestionPause, [this] {
    congestion_timer_ = 0;
    stream_->set_congested(false);
    pump();
  });
}

void Viewer::schedule_pump() {
  const MonotonicTime due = stream_->next_deadline();
  if (pump_timer_ != 0 && due >= pump_at_) return;
  if (pump_timer_ != 0) loop_.cancel(pump_timer_);
  pump_timer_ = 0;
  if (due == kNever) return;
  const Duration wait = std::max(due - now().monotonic, Duration(milliseconds(1)));
  pump_at_ = due;
  pump_timer_ = loop_.after(std::chrono::ceil<milliseconds>(wait), [this] {
    pump_timer_ = 0;
    pump();
  });
}

std::optional<rtc::StreamStatistics> Viewer::statistics() const {
  if (!stream_) return std::nullopt;
  return stream_->statistics();
}

void Viewer::lose(std::string why) {
  if (is_lost_) return;
  is_lost_ = true;
  events_.on_lost(std::move(why));
}

}  // namespace turnpike::peer
