// One viewer's WebRTC peer, from the offer to the last packet: ICE through relays only, DTLS, SRTP
// and the stream. Everything happens on the event loop's thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/rng.h"
#include "cobrowse/renderer/ice/event_loop.h"
#include "cobrowse/renderer/ice/ice_agent.h"
#include "cobrowse/renderer/peer/dtls_identity.h"
#include "cobrowse/renderer/peer/dtls_transport.h"
#include "cobrowse/renderer/peer/protected_batch.h"
#include "cobrowse/renderer/peer/relay_proof.h"
#include "cobrowse/renderer/peer/srtp_session.h"
#include "cobrowse/renderer/rtc/viewer_stream.h"

namespace turnpike::peer {

struct ViewerEvents {
  std::function<void(std::string sdp)> on_offer;
  std::function<void(std::string candidate)> on_candidate;
  /// The pair is relay to relay, or on_lost comes right after.
  std::function<void(const ice::SelectedPair&)> on_connected;
  /// Once; the viewer is good for nothing any more. Do not destroy it from within.
  std::function<void(std::string why)> on_lost;
  std::function<void()> on_key_frame_wanted;
};

struct ViewerSettings {
  rtc::RateBounds rates{};
  bool sound = false;                   // is offered
  milliseconds setup_deadline{30'000};  // from the offer to the first packet
  milliseconds silence{30'000};         // of RTCP, which browsers send each second: nobody is there
};

class Viewer {
 public:
  /// `loop`, `identity` and `rng` outlive it. The offer comes before this returns.
  static Result<std::unique_ptr<Viewer>, std::string> make(
      ice::EventLoop& loop, const std::vector<ice::RelayServer>& servers,
      const DtlsIdentity& identity, const ViewerSettings& settings, Rng& rng, ViewerEvents events);
  ~Viewer();
  Viewer(const Viewer&) = delete;
  Viewer& operator=(const Viewer&) = delete;

  /// The page's answer, once. False: it makes no sense, and on_lost has said why.
  bool on_answer(std::string_view sdp);
  /// False: no relayed candidate over UDP, or libnice has enough of them.
  bool on_candidate(std::string_view line);
  void on_frame(const rtc::EncodedFrame& frame);
  void on_sound(const rtc::EncodedSound& sound);
  /// The frames come from another encoder from now on.
  void on_other_source();

  bool is_playing() const { return stream_.has_value(); }
  std::uint64_t target_bps() const {
    return stream_ ? stream_->target_bps() : settings_.rates.start_bps;
  }
  /// How long what waits for this viewer will take to leave.
  Duration backlog() const { return stream_ ? stream_->backlog() : Duration(0); }
  std::optional<rtc::StreamStatistics> statistics() const;

 private:
  Viewer(ice::EventLoop& loop, const DtlsIdentity& identity, const ViewerSettings& settings,
         Rng& rng, ViewerEvents events);
  Result<void, std::string> start(const std::vector<ice::RelayServer>& servers);
  void on_ice_state(ice::IceState state);
  void on_datagram(Bytes datagram);
  void on_dtls();
  void begin_stream();
  bool may_leave();
  void judge_again();
  void pump();
  void wait_for_room();
  void schedule_pump();
  void schedule_dtls();
  void watch_setup();
  void lose(std::string why);

  ice::EventLoop& loop_;
  const DtlsIdentity& identity_;
  const ViewerSettings settings_;
  Rng& rng_;
  const ViewerEvents events_;
  rtc::Offer offer_;
  std::optional<rtc::Answer> answer_;
  std::vector<std::string> early_candidates_;  // that came before the answer
  std::unique_ptr<ice::IceAgent> ice_;
  std::unique_ptr<DtlsTransport> dtls_;
  std::unique_ptr<SrtpSession> srtp_;
  std::optional<rtc::ViewerStream> stream_;
  ProtectedBatch batch_;
  RelayProof proof_;
  bool is_connected_ = false;  // ICE
  bool is_lost_ = false;
  unsigned pump_timer_ = 0, dtls_timer_ = 0, setup_timer_ = 0, congestion_timer_ = 0,
           proof_timer_ = 0;
  MonotonicTime pump_at_ = kNever;
  MonotonicTime heard_at_{};  // genuine RTCP
};

}  // namespace turnpike::peer
