// The sound card that a session's browser sees: an ALSA plugin, which libasound loads there. What
// is played goes to the renderer's socket, and counts as played in step with the monotonic clock.
// Nothing that happens at the other end disturbs the browser: without one it plays to nobody.

#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <string_view>

#include "cobrowse/renderer/sound/format.h"

namespace turnpike::sound {
namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned kFrameBytes = kChannels * 2;
constexpr long kWakeEach_ns = 5'000'000;

struct Card {
  snd_pcm_ioplug_t plug{};
  int socket = -1;
  bool is_running = false;
  Clock::time_point since{};     // when `played` was counted
  snd_pcm_uframes_t played = 0;  // below `boundary`
  snd_pcm_uframes_t boundary = 0;

  Card() = default;
  Card(const Card&) = delete;
  Card& operator=(const Card&) = delete;
  ~Card() {
    if (socket >= 0) ::close(socket);
    if (plug.poll_fd >= 0) ::close(plug.poll_fd);
  }
};

Card& card_of(snd_pcm_ioplug_t* plug) {
  return *static_cast<Card*>(plug->private_data);
}

void set_timer(int fd, long each_ns) {
  const itimerspec times{.it_interval = {.tv_sec = 0, .tv_nsec = each_ns},
                         .it_value = {.tv_sec = 0, .tv_nsec = each_ns}};
  ::timerfd_settime(fd, 0, &times, nullptr);
}

int on_start(snd_pcm_ioplug_t* plug) {
  Card& card = card_of(plug);
  card.is_running = true;
  card.since = Clock::now();
  set_timer(plug->poll_fd, kWakeEach_ns);
  return 0;
}

int on_stop(snd_pcm_ioplug_t* plug) {
  card_of(plug).is_running = false;
  set_timer(plug->poll_fd, 0);
  return 0;
}

int on_prepare(snd_pcm_ioplug_t* plug) {
  card_of(plug).played = 0;
  return 0;
}

int on_sw_params(snd_pcm_ioplug_t* plug, snd_pcm_sw_params_t* params) {
  return snd_pcm_sw_params_get_boundary(params, &card_of(plug).boundary);
}

/// A card that has nothing to play waits; it does not run on, so there are no overruns.
snd_pcm_sframes_t on_pointer(snd_pcm_ioplug_t* plug) {
  Card& card = card_of(plug);
  if (!card.is_running || card.boundary == 0) return static_cast<snd_pcm_sframes_t>(card.played);
  const auto now = Clock::now();
  const auto elapsed = std::chrono::duration_cast<std::chrono::nanoseconds>(now - card.since);
  const auto due = static_cast<snd_pcm_uframes_t>(elapsed.count() / 1000 * (kRate / 1000) / 1000);
  const snd_pcm_uframes_t waiting = (plug->appl_ptr + card.boundary - card.played) % card.boundary;
  const snd_pcm_uframes_t frames = std::min(due, waiting);
  card.played = (card.played + frames) % card.boundary;
  // What is left of a frame's time counts the next time.
  card.since = frames < due ? now : card.since + std::chrono::nanoseconds(frames * 1'000'000 / 48);
  return static_cast<snd_pcm_sframes_t>(card.played);
}

snd_pcm_sframes_t on_transfer(snd_pcm_ioplug_t* plug, const snd_pcm_channel_area_t* areas,
                              snd_pcm_uframes_t offset, snd_pcm_uframes_t size) {
  const Card& card = card_of(plug);
  const char* data =
      static_cast<const char*>(areas->addr) + areas->first / 8 + offset * areas->step / 8;
  std::size_t left = size * kFrameBytes;
  while (left > 0) {
    const std::size_t chunk = std::min(left, kMaxChunkBytes);
    if (card.socket >= 0) ::send(card.socket, data, chunk, MSG_NOSIGNAL | MSG_DONTWAIT);
    data += chunk;
    left -= chunk;
  }
  return static_cast<snd_pcm_sframes_t>(size);
}

int on_poll(snd_pcm_ioplug_t* plug, pollfd*, unsigned, unsigned short* events) {
  std::uint64_t times = 0;
  static_cast<void>(!::read(plug->poll_fd, &times, sizeof times));
  const snd_pcm_sframes_t room = snd_pcm_avail_update(plug->pcm);
  *events = room > 0 ? POLLOUT : 0;
  return 0;
}

int on_close(snd_pcm_ioplug_t* plug) {
  delete &card_of(plug);
  return 0;
}

constexpr snd_pcm_ioplug_callback_t kCallbacks = [] {
  snd_pcm_ioplug_callback_t callbacks{};
  callbacks.start = on_start;
  callbacks.stop = on_stop;
  callbacks.pointer = on_pointer;
  callbacks.transfer = on_transfer;
  callbacks.close = on_close;
  callbacks.prepare = on_prepare;
  callbacks.sw_params = on_sw_params;
  callbacks.poll_revents = on_poll;
  return callbacks;
}();

int connect_to(std::string_view path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return -1;
  std::ranges::copy(path, address.sun_path);
  const int fd = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

int set_limits(snd_pcm_ioplug_t& plug) {
  const std::array<unsigned, 1> access = {SND_PCM_ACCESS_RW_INTERLEAVED};
  const std::array<unsigned, 1> format = {SND_PCM_FORMAT_S16_LE};
  const int results[] = {
      snd_pcm_ioplug_set_param_list(&plug, SND_PCM_IOPLUG_HW_ACCESS, 1, access.data()),
      snd_pcm_ioplug_set_param_list(&plug, SND_PCM_IOPLUG_HW_FORMAT, 1, format.data()),
      snd_pcm_ioplug_set_param_minmax(&plug, SND_PCM_IOPLUG_HW_CHANNELS, kChannels, kChannels),
      snd_pcm_ioplug_set_param_minmax(&plug, SND_PCM_IOPLUG_HW_RATE, kRate, kRate),
      snd_pcm_ioplug_set_param_minmax(&plug, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 240 * kFrameBytes,
                                      4800 * kFrameBytes),
      snd_pcm_ioplug_set_param_minmax(&plug, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 960 * kFrameBytes,
                                      19'200 * kFrameBytes),
      snd_pcm_ioplug_set_param_minmax(&plug, SND_PCM_IOPLUG_HW_PERIODS, 2, 64)};
  return *std::ranges::min_element(results);
}

int open_card(snd_pcm_t** pcm, const char* name, const char* path, int mode) {
  auto card = std::make_unique<Card>();
  card->socket = connect_to(path);
  snd_pcm_ioplug_t& plug = card->plug;
  plug.version = SND_PCM_IOPLUG_VERSION;
  plug.name = "Turnpike";
  plug.flags = SND_PCM_IOPLUG_FLAG_BOUNDARY_WA;
  plug.poll_fd = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  plug.poll_events = POLLIN;
  plug.callback = &kCallbacks;
  plug.private_data = card.get();
  if (plug.poll_fd < 0) return -errno;
  if (const int made = snd_pcm_ioplug_create(&plug, name, SND_PCM_STREAM_PLAYBACK, mode);
      made < 0) {
    return made;
  }
  Card* const raw = card.release();  // on_close() deletes it
  const int limited = set_limits(raw->plug);
  if (limited < 0) {
    snd_pcm_ioplug_delete(&raw->plug);
    return limited;
  }
  *pcm = raw->plug.pcm;
  return 0;
}

/// The "path" of the card's definition.
const char* socket_path(snd_config_t* definition) {
  snd_config_t* node = nullptr;
  const char* path = nullptr;
  if (snd_config_search(definition, "path", &node) < 0) return nullptr;
  return snd_config_get_string(node, &path) < 0 ? nullptr : path;
}

}  // namespace
}  // namespace turnpike::sound

extern "C" {

SND_PCM_PLUGIN_DEFINE_FUNC(turnpike) {
  static_cast<void>(root);
  const char* const path = turnpike::sound::socket_path(conf);
  if (path == nullptr || stream != SND_PCM_STREAM_PLAYBACK) return -EINVAL;
  return turnpike::sound::open_card(pcmp, name, path, mode);
}

SND_PCM_PLUGIN_SYMBOL(turnpike);
}
