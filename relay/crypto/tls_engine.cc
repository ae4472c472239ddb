#include "relay/crypto/tls_engine.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <optional>

#include "base/check.h"
#include "relay/crypto/memory_bio.h"
#include "relay/crypto/openssl_ptr.h"
#include "relay/crypto/tls_context.h"
#include "relay/crypto/tls_failure.h"

namespace turnpike::crypto {
namespace {

constexpr std::size_t kRecordHeaderSize = 5;
constexpr std::size_t kHandshakeHeaderSize = 4;
constexpr std::uint8_t kHandshakeRecord = 22;  // RFC 8446 section 5.1
constexpr std::uint8_t kClientHello = 1;       // RFC 8446 section 4
constexpr std::size_t kControlBudgetPeriod = 1024 * 1024;

/// The length that the first ClientHello claims; nothing until its headers are here, 0 when the
/// stream begins with something else (OpenSSL has the words for that).
std::optional<std::size_t> claimed_hello_length(Bytes stream) {
  if (stream.empty()) return std::nullopt;
  if (stream[0] != kHandshakeRecord) return 0;
  if (stream.size() < kRecordHeaderSize + kHandshakeHeaderSize) return std::nullopt;
  // A record that ends inside the message's header would hide the length. No client does that.
  if (load_be16(&stream[3]) < kHandshakeHeaderSize) return SIZE_MAX;
  const Bytes message = stream.subspan(kRecordHeaderSize);
  if (message[0] != kClientHello) return 0;
  return load_be32(message.data()) & 0xffffffU;
}

}  // namespace

struct TlsEngine::Connection {
  explicit Connection(const TlsContext& context);

  void start();
  void handshake();
  void look_ahead();
  /// Asking OpenSSL in vain costs a record buffer, a sixth of the time of a small record.
  bool has_input() const { return !wire.in.empty() || SSL_has_pending(ssl.get()) == 1; }
  std::size_t read(MutableBytes out);
  void on_stopped_reading(int result, const char* doing);
  void shut_down();
  void fail_with(std::string reason);
  void on_control_message();
  static void on_message(int written, int version, int type, const void* data, std::size_t size,
                         SSL* ssl, void* self);

  MemoryWire wire;  // before ssl, which refers to it
  OpensslPtr<SSL> ssl;
  State state = State::kHandshaking;
  bool hello_checked = false;
  bool established = false;
  std::size_t control_messages = 0;
  std::size_t data_since_budget = 0;
  std::string error;
};

TlsEngine::Connection::Connection(const TlsContext& context) : ssl(SSL_new(context.native())) {
  CHECK(ssl != nullptr);
  BIO* bio = make_memory_bio(wire).release();
  SSL_set_bio(ssl.get(), bio, bio);  // takes the one reference for both directions
  SSL_set_accept_state(ssl.get());
}

void TlsEngine::Connection::fail_with(std::string reason) {
  state = State::kFailed;
  error = std::move(reason);
  wire.in.clear();
}

void TlsEngine::Connection::start() {
  const auto length = claimed_hello_length(wire.in.front());
  if (!length) return;
  hello_checked = true;
  if (*length > kMaxClientHello) {
    fail_with("TLS handshake failed: the ClientHello claims more than " +
              std::to_string(kMaxClientHello) + " bytes or is cut inside its header");
  }
}

void TlsEngine::Connection::handshake() {
  if (!hello_checked) start();
  if (!hello_checked || state != State::kHandshaking) return;
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl.get());
  if (result != 1) {
    on_stopped_reading(result, "TLS handshake failed: ");
    return;
  }
  state = State::kOpen;
  established = true;
  SSL_set_msg_callback(ssl.get(), on_message);
  SSL_set_msg_callback_arg(ssl.get(), this);
}

/// Whatever comes before the next application data is dealt with now, so that the state is true
/// without a read().
void TlsEngine::Connection::look_ahead() {
  if (SSL_pending(ssl.get()) > 0) return;  // application data does come next
  std::uint8_t byte = 0;
  ERR_clear_error();
  const int result = SSL_peek(ssl.get(), &byte, 1);
  if (result <= 0) on_stopped_reading(result, "TLS connection failed: ");
}

std::size_t TlsEngine::Connection::read(MutableBytes out) {
  std::size_t total = 0;
  while (state == State::kOpen && total < out.size() && has_input()) {
    std::size_t length = 0;
    ERR_clear_error();
    const int result = SSL_read_ex(ssl.get(), &out[total], out.size() - total, &length);
    if (result != 1) {
      on_stopped_reading(result, "TLS connection failed: ");
      break;
    }
    total += length;
  }
  data_since_budget += total;
  if (data_since_budget >= kControlBudgetPeriod) {
    data_since_budget = 0;
    control_messages = 0;
  }
  return total;
}

void TlsEngine::Connection::on_stopped_reading(int result, const char* doing) {
  const int reason = SSL_get_error(ssl.get(), result);
  if (wire.stopped) {
    fail_with(std::string(doing) + "the client floods us with KeyUpdates or renegotiation");
  } else if (reason == SSL_ERROR_ZERO_RETURN) {
    shut_down();
  } else if (reason != SSL_ERROR_WANT_READ) {
    fail_with(doing + take_tls_failure(ssl.get()));
  }
}

void TlsEngine::Connection::shut_down() {
  state = State::kClosed;
  wire.in.clear();
  if (established) (void)SSL_shutdown(ssl.get());  // RFC 8446 section 6.1: answer with our own
  ERR_clear_error();
}

void TlsEngine::Connection::on_control_message() {
  if (++control_messages > kMaxControlMessages) wire.stopped = true;
}

void TlsEngine::Connection::on_message(int written, int, int type, const void* data,
                                       std::size_t size, SSL*, void* self) {
  const Bytes message(static_cast<const std::uint8_t*>(data), size);
  const bool is_key_update = written == 0 && type == SSL3_RT_HANDSHAKE && !message.empty() &&
                             message[0] == SSL3_MT_KEY_UPDATE;
  // OpenSSL refuses to renegotiate with a warning and goes on, for ever if the client likes.
  const bool is_refusal = written != 0 && type == SSL3_RT_ALERT && message.size() == 2 &&
                          message[1] == SSL_AD_NO_RENEGOTIATION;
  if (is_key_update || is_refusal) static_cast<Connection*>(self)->on_control_message();
}

TlsEngine::TlsEngine(const TlsContext& context)
    : connection_(std::make_unique<Connection>(context)) {}
TlsEngine::TlsEngine(TlsEngine&&) noexcept = default;
TlsEngine& TlsEngine::operator=(TlsEngine&&) noexcept = default;
TlsEngine::~TlsEngine() = default;

TlsEngine::State TlsEngine::feed(Bytes ciphertext) {
  Connection& c = *connection_;
  if (c.state == State::kClosed || c.state == State::kFailed) return c.state;
  if (ciphertext.size() > kMaxBufferedInput - c.wire.in.size()) {
    c.fail_with("TLS connection failed: more than " + std::to_string(kMaxBufferedInput) +
                " bytes wait to be decrypted");
    return c.state;
  }
  c.wire.in.append(ciphertext);
  if (c.state == State::kHandshaking) c.handshake();
  if (c.state == State::kOpen) c.look_ahead();
  return c.state;
}

std::size_t TlsEngine::read(MutableBytes out) {
  return connection_->read(out);
}

bool TlsEngine::write(Bytes plaintext) {
  Connection& c = *connection_;
  if (c.state != State::kOpen) return false;
  if (plaintext.empty()) return true;
  std::size_t written = 0;
  ERR_clear_error();
  if (SSL_write_ex(c.ssl.get(), plaintext.data(), plaintext.size(), &written) == 1) return true;
  c.fail_with("TLS connection failed: " + take_tls_failure(c.ssl.get()));
  return false;
}

std::size_t TlsEngine::pending_ciphertext() const {
  return connection_->wire.out.size();
}

std::size_t TlsEngine::take_ciphertext(MutableBytes out) {
  return connection_->wire.out.take(out);
}

Bytes TlsEngine::peek_ciphertext() const {
  return connection_->wire.out.front();
}

void TlsEngine::consume_ciphertext(std::size_t n) {
  connection_->wire.out.consume(n);
}

void TlsEngine::close() {
  Connection& c = *connection_;
  if (c.state == State::kFailed || c.state == State::kClosed) return;
  c.shut_down();
}

TlsEngine::State TlsEngine::state() const {
  return connection_->state;
}

std::string_view TlsEngine::protocol() const {
  if (!connection_->established) return {};
  return SSL_get_version(connection_->ssl.get());
}

std::string_view TlsEngine::cipher() const {
  if (!connection_->established) return {};
  return SSL_get_cipher_name(connection_->ssl.get());
}

std::string_view TlsEngine::alpn() const {
  const unsigned char* name = nullptr;
  unsigned int length = 0;
  SSL_get0_alpn_selected(connection_->ssl.get(), &name, &length);
  return as_text({name, length});
}

std::string_view TlsEngine::sni() const {
  const char* name = SSL_get_servername(connection_->ssl.get(), TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? std::string_view() : std::string_view(name);
}

const std::string& TlsEngine::error() const {
  return connection_->error;
}

}  // namespace turnpike::crypto
