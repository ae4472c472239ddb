#include "cobrowse/renderer/peer/srtp_session.h"

#include <srtp2/srtp.h>

#include <algorithm>

namespace turnpike::peer {
namespace {

constexpr std::size_t kRtcpHeaderBytes = 8;  // with the sender's SSRC
constexpr unsigned long kWindow = 1024;  // packets behind the newest that may still be sent again

struct SrtpDelete {
  void operator()(srtp_ctx_t_* context) const { srtp_dealloc(context); }
};
using Context = std::unique_ptr<srtp_ctx_t_, SrtpDelete>;

bool is_ready() {
  static const bool ready = srtp_init() == srtp_err_status_ok;
  return ready;
}

Context make_context(const SrtpKeys& keys, const Secret& key, srtp_ssrc_type_t direction) {
  srtp_policy_t policy{};
  switch (keys.profile) {
    case SrtpProfile::kAeadAes128Gcm:
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
      break;
    case SrtpProfile::kAes128CmSha1_80:
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
      break;
  }
  policy.ssrc.type = direction;
  std::vector<std::uint8_t> bytes(key.reveal_bytes().begin(), key.reveal_bytes().end());
  policy.key = bytes.data();
  policy.window_size = kWindow;
  policy.allow_repeat_tx = 1;
  srtp_t made = nullptr;
  const bool good = srtp_create(&made, &policy) == srtp_err_status_ok;
  for (volatile std::uint8_t& byte : bytes) byte = 0;
  return Context(good ? made : nullptr);
}

}  // namespace

struct SrtpSession::Contexts {
  Context out;
  Context in;
};

SrtpSession::SrtpSession(std::unique_ptr<Contexts> contexts) : contexts_(std::move(contexts)) {}

SrtpSession::~SrtpSession() = default;

Result<std::unique_ptr<SrtpSession>, std::string> SrtpSession::make(const SrtpKeys& keys) {
  if (!is_ready()) return fail(std::string("libsrtp cannot be started"));
  auto contexts = std::make_unique<Contexts>();
  contexts->out = make_context(keys, keys.local, ssrc_any_outbound);
  contexts->in = make_context(keys, keys.remote, ssrc_any_inbound);
  if (!contexts->out || !contexts->in) return fail(std::string("libsrtp does not take the keys"));
  return std::unique_ptr<SrtpSession>(new SrtpSession(std::move(contexts)));
}

bool SrtpSession::protect_rtp(std::vector<std::uint8_t>& packet) {
  auto size = static_cast<int>(packet.size());
  packet.resize(packet.size() + kOverhead);
  const bool good = srtp_protect(contexts_->out.get(), packet.data(), &size) == srtp_err_status_ok;
  packet.resize(good ? static_cast<std::size_t>(size) : 0);
  return good;
}

bool SrtpSession::protect_rtcp(std::vector<std::uint8_t>& packet) {
  auto size = static_cast<int>(packet.size());
  packet.resize(packet.size() + kOverhead);
  const bool good =
      srtp_protect_rtcp(contexts_->out.get(), packet.data(), &size) == srtp_err_status_ok;
  packet.resize(good ? static_cast<std::size_t>(size) : 0);
  return good;
}

std::vector<std::uint8_t> SrtpSession::unprotect_rtcp(Bytes packet) {
  if (packet.size() < kRtcpHeaderBytes) return {};
  const std::uint32_t sender = load_be32(&packet[4]);
  const bool is_new = std::ranges::find(senders_, sender) == senders_.end();
  if (is_new && senders_.size() >= kMaxSenders) return {};
  std::vector<std::uint8_t> plain(packet.begin(), packet.end());
  auto size = static_cast<int>(plain.size());
  const bool good =
      srtp_unprotect_rtcp(contexts_->in.get(), plain.data(), &size) == srtp_err_status_ok;
  if (good && is_new) senders_.push_back(sender);
  plain.resize(good ? static_cast<std::size_t>(size) : 0);
  return plain;
}

}  // namespace turnpike::peer
