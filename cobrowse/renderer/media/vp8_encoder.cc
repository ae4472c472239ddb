#include "cobrowse/renderer/media/vp8_encoder.h"

#include <fmt/format.h>
#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include <algorithm>
#include <utility>

namespace turnpike::media {
namespace {

constexpr int kTimebase = 90'000;  // ticks a second, RTP's clock for video
// Refinements follow each other more slowly than frames of something that moves; each may use the
// bits of this many.
constexpr int kRefinementFrames = 3;
// There are few of them, and nobody waits: they may take the time to be good.
constexpr int kSlowestSpeed = 4;
constexpr int kFastestSpeed = 6;

// Of the bitrate, what a viewer gets who takes layer 0, layers 0 and 1, all. With 40 per cent, as
// cameras have it, the base layer of a page that scrolls goes into debt that refinements pay for.
constexpr int kLayerPercent[kTemporalLayers] = {50, 70, 100};
constexpr unsigned kLayerDecimator[kTemporalLayers] = {4, 2, 1};
constexpr unsigned kLayerPattern[] = {0, 2, 1, 2};

// Milliseconds of the bitrate: what the model of the receiver's buffer holds at most, at first,
// and what it aims at.
constexpr unsigned kBufferMs = 1000;
constexpr unsigned kBufferStartMs = 500;
constexpr unsigned kBufferGoalMs = 600;
// A key frame has at most this many per cent of an average frame's bits, as far as max_quantizer
// lets it; the refinements bring the rest.
constexpr int kMaxKeyFramePercent = 900;
constexpr int kStaticThreshold = 1;
constexpr int kScreenContent = 1;

void set_rates(vpx_codec_enc_cfg_t& config, int kbps) {
  config.rc_target_bitrate = static_cast<unsigned>(kbps);
  for (int layer = 0; layer < kTemporalLayers; ++layer) {
    config.ts_target_bitrate[layer] = static_cast<unsigned>(kbps * kLayerPercent[layer] / 100);
  }
}

void set_layers(vpx_codec_enc_cfg_t& config) {
  config.ts_number_layers = kTemporalLayers;
  config.ts_periodicity = std::size(kLayerPattern);
  std::copy(std::begin(kLayerPattern), std::end(kLayerPattern), config.ts_layer_id);
  std::copy(std::begin(kLayerDecimator), std::end(kLayerDecimator), config.ts_rate_decimator);
}

vpx_codec_enc_cfg_t make_config(const Vp8Settings& settings, int width, int height) {
  vpx_codec_enc_cfg_t config{};
  vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &config, 0);
  config.g_w = static_cast<unsigned>(width);
  config.g_h = static_cast<unsigned>(height);
  config.g_timebase = {1, kTimebase};
  config.g_threads = 1;
  config.g_lag_in_frames = 0;
  config.g_pass = VPX_RC_ONE_PASS;
  config.g_error_resilient = 0;
  config.kf_mode = VPX_KF_DISABLED;
  config.rc_end_usage = VPX_CBR;
  config.rc_dropframe_thresh = 0;
  config.rc_resize_allowed = 0;
  config.rc_min_quantizer = static_cast<unsigned>(settings.min_quantizer);
  config.rc_max_quantizer = static_cast<unsigned>(settings.max_quantizer);
  config.rc_undershoot_pct = 100;
  config.rc_overshoot_pct = 15;
  config.rc_buf_sz = kBufferMs;
  config.rc_buf_initial_sz = kBufferStartMs;
  config.rc_buf_optimal_sz = kBufferGoalMs;
  set_layers(config);
  set_rates(config, settings.bitrate_kbps);
  return config;
}

vpx_enc_frame_flags_t flags_of(const LayerFrame& frame) {
  vpx_enc_frame_flags_t flags = VP8_EFLAG_NO_REF_ARF | VP8_EFLAG_NO_UPD_ARF;
  if (!frame.uses_golden) flags |= VP8_EFLAG_NO_REF_GF;
  if (!frame.updates_golden) flags |= VP8_EFLAG_NO_UPD_GF;
  if (!frame.updates_last) flags |= VP8_EFLAG_NO_UPD_LAST;
  if (frame.temporal_id > 0) flags |= VP8_EFLAG_NO_UPD_ENTROPY;
  return flags;
}

// libvpx reads the planes only, but its struct has no word for that.
vpx_image_t view_of(const Picture& picture) {
  vpx_image_t image{};
  vpx_img_wrap(&image, VPX_IMG_FMT_I420, static_cast<unsigned>(picture.width()),
               static_cast<unsigned>(picture.height()), 1,
               const_cast<std::uint8_t*>(picture.luma()));
  image.planes[VPX_PLANE_U] = const_cast<std::uint8_t*>(picture.blue());
  image.planes[VPX_PLANE_V] = const_cast<std::uint8_t*>(picture.red());
  image.stride[VPX_PLANE_Y] = picture.luma_stride();
  image.stride[VPX_PLANE_U] = picture.chroma_stride();
  image.stride[VPX_PLANE_V] = picture.chroma_stride();
  return image;
}

std::string check_settings(const Vp8Settings& settings) {
  const auto outside = [](int value, int low, int high) { return value < low || value > high; };
  if (outside(settings.bitrate_kbps, kMinBitrateKbps, kMaxBitrateKbps)) {
    return fmt::format("bitrate {} kbit/s: use {} to {}", settings.bitrate_kbps, kMinBitrateKbps,
                       kMaxBitrateKbps);
  }
  if (outside(settings.max_fps, 1, 60)) {
    return fmt::format("{} frames a second: use 1 to 60", settings.max_fps);
  }
  if (outside(settings.speed, kSlowestSpeed, kFastestSpeed)) {
    return fmt::format("speed {}: use {} to {}", settings.speed, kSlowestSpeed, kFastestSpeed);
  }
  if (outside(settings.min_quantizer, 0, 63) ||
      outside(settings.max_quantizer, settings.min_quantizer, 63)) {
    return fmt::format("quantizers {} to {}: use 0 to 63, the smaller one first",
                       settings.min_quantizer, settings.max_quantizer);
  }
  return {};
}

}  // namespace

/// libvpx's encoder for one picture size.
class Vp8Encoder::Codec {
 public:
  Codec(const Vp8Settings& settings, const Picture& picture)
      : width_(picture.width()),
        height_(picture.height()),
        speed_(settings.speed),
        frame_ticks_(static_cast<unsigned>(kTimebase / settings.max_fps)),
        config_(make_config(settings, picture.width(), picture.height())) {
    status_ = vpx_codec_enc_init(&codec_, vpx_codec_vp8_cx(), &config_, 0);
    is_open_ = status_ == VPX_CODEC_OK;
    if (!is_open_) return;
    control<unsigned>(VP8E_SET_STATIC_THRESHOLD, kStaticThreshold);
    control<unsigned>(VP8E_SET_SCREEN_CONTENT_MODE, kScreenContent);
    control<int>(VP8E_SET_TOKEN_PARTITIONS, VP8_ONE_TOKENPARTITION);
    control<unsigned>(VP8E_SET_NOISE_SENSITIVITY, 0);
    control<unsigned>(VP8E_SET_MAX_INTRA_BITRATE_PCT, kMaxKeyFramePercent);
  }
  ~Codec() {
    if (is_open_) vpx_codec_destroy(&codec_);
  }
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;

  bool is_good() const { return status_ == VPX_CODEC_OK; }
  bool fits(const Picture& picture) const {
    return picture.width() == width_ && picture.height() == height_;
  }
  std::string error() {
    const char* detail = is_open_ ? vpx_codec_error_detail(&codec_) : nullptr;
    return fmt::format("libvpx refused a picture of {}x{}: {}{}{}", width_, height_,
                       vpx_codec_err_to_string(status_), detail ? ", " : "", detail ? detail : "");
  }

  void set_bitrate(int kbps) {
    set_rates(config_, kbps);
    keep_first(vpx_codec_enc_config_set(&codec_, &config_));
  }

  void set_frame_rate(int fps) { frame_ticks_ = static_cast<unsigned>(kTimebase / fps); }

  /// Appends the frame to `out`; false: see error().
  bool encode(const Picture& picture, const LayerFrame& layer, const EncodeOrder& order,
              rtc::EncodedFrame& out) {
    control<int>(VP8E_SET_TEMPORAL_LAYER_ID, layer.temporal_id);
    control<int>(VP8E_SET_CPUUSED, -(order.is_refinement ? kSlowestSpeed : speed_));
    const unsigned ticks = order.is_refinement ? kRefinementFrames * frame_ticks_ : frame_ticks_;
    const vpx_enc_frame_flags_t key = order.is_key ? VPX_EFLAG_FORCE_KF : 0;
    const vpx_image_t image = view_of(picture);
    keep_first(
        vpx_codec_encode(&codec_, &image, time_, ticks, flags_of(layer) | key, VPX_DL_REALTIME));
    time_ += ticks;
    return is_good() && take_packets(out);
  }

  int last_quantizer() {
    int quantizer = 0;
    control(VP8E_GET_LAST_QUANTIZER_64, &quantizer);
    return quantizer;
  }

 private:
  template <class T>
  void control(int what, T value) {
    keep_first(vpx_codec_control_(&codec_, what, value));
  }
  void keep_first(vpx_codec_err_t status) {
    if (status_ == VPX_CODEC_OK) status_ = status;
  }

  bool take_packets(rtc::EncodedFrame& out) {
    vpx_codec_iter_t position = nullptr;
    while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(&codec_, &position)) {
      if (packet->kind != VPX_CODEC_CX_FRAME_PKT) continue;
      const auto* bytes = static_cast<const std::uint8_t*>(packet->data.frame.buf);
      out.data.insert(out.data.end(), bytes, bytes + packet->data.frame.sz);
      out.is_key = (packet->data.frame.flags & VPX_FRAME_IS_KEY) != 0;
    }
    if (out.data.empty()) status_ = VPX_CODEC_ERROR;
    return is_good();
  }

  const int width_;
  const int height_;
  const int speed_;
  unsigned frame_ticks_;
  vpx_codec_enc_cfg_t config_;
  vpx_codec_ctx_t codec_{};
  vpx_codec_err_t status_ = VPX_CODEC_OK;
  bool is_open_ = false;
  vpx_codec_pts_t time_ = 0;
};

Vp8Encoder::Vp8Encoder(const Vp8Settings& settings) : settings_(settings) {}
Vp8Encoder::~Vp8Encoder() = default;
Vp8Encoder::Vp8Encoder(Vp8Encoder&&) noexcept = default;
Vp8Encoder& Vp8Encoder::operator=(Vp8Encoder&&) noexcept = default;

Result<Vp8Encoder, std::string> Vp8Encoder::create(const Vp8Settings& settings) {
  std::string problem = check_settings(settings);
  if (!problem.empty()) return fail(std::move(problem));
  return Vp8Encoder(settings);
}

Result<rtc::EncodedFrame, std::string> Vp8Encoder::encode(const Picture& picture,
                                                          MonotonicTime captured,
                                                          const EncodeOrder& order) {
  if (picture.is_empty()) return fail(std::string("there is no picture yet"));
  EncodeOrder carried_out = order;
  if (!codec_ || !codec_->fits(picture)) {
    codec_ = std::make_unique<Codec>(settings_, picture);
    carried_out.is_key = true;
  }
  const LayerFrame layer = layers_.next(carried_out.is_key || carried_out.base_layer);
  rtc::EncodedFrame frame{.data = {},
                          .captured = captured,
                          .is_key = false,
                          .temporal_id = layer.temporal_id,
                          .is_layer_sync = layer.is_layer_sync,
                          .temporal_position = layer.temporal_position,
                          .width = static_cast<std::uint16_t>(picture.width()),
                          .height = static_cast<std::uint16_t>(picture.height())};
  if (!codec_->is_good() || !codec_->encode(picture, layer, carried_out, frame)) {
    std::string text = codec_->error();
    codec_.reset();
    return fail(std::move(text));
  }
  return frame;
}

void Vp8Encoder::set_bitrate(int kbps) {
  kbps = std::clamp(kbps, kMinBitrateKbps, kMaxBitrateKbps);
  if (kbps == settings_.bitrate_kbps) return;
  settings_.bitrate_kbps = kbps;
  if (codec_) codec_->set_bitrate(kbps);
}

void Vp8Encoder::set_frame_rate(int fps) {
  settings_.max_fps = std::clamp(fps, 1, 60);
  if (codec_) codec_->set_frame_rate(settings_.max_fps);
}

int Vp8Encoder::last_quantizer() const {
  return codec_ ? codec_->last_quantizer() : settings_.max_quantizer;
}

}  // namespace turnpike::media
