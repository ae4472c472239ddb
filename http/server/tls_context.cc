#include "http/server/tls_context.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/system/error_code.hpp>
#include <memory>

namespace turnpike::http {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

constexpr char kSessionContext[] = "turnpike";

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

std::string cannot(const char* what, const std::string& file, const error_code& error) {
  return fmt::format("cannot use {} \"{}\": {}; give a PEM file that this user may read", what,
                     file, error.message());
}

Result<void, std::string> load_client_ca(ssl::context& tls, const TlsFiles& files) {
  if (files.client_certificates == ClientCertificates::kNone) return {};
  if (files.client_ca_file.empty()) {
    return fail(
        std::string("client certificates are asked for without a file of those who may "
                    "sign them; set the client CA file"));
  }
  error_code error;
  tls.load_verify_file(files.client_ca_file, error);
  if (error) return fail(cannot("the client CA file", files.client_ca_file, error));
  STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(files.client_ca_file.c_str());
  if (names) SSL_CTX_set_client_CA_list(tls.native_handle(), names);
  int mode = ssl::verify_peer;
  if (files.client_certificates == ClientCertificates::kRequired) {
    mode |= ssl::verify_fail_if_no_peer_cert;
  }
  tls.set_verify_mode(mode, error);
  if (error) return fail(cannot("the client CA file", files.client_ca_file, error));
  return {};
}

}  // namespace

Result<std::shared_ptr<ssl::context>, std::string> load_tls(const TlsFiles& files) {
  auto tls = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* handle = tls->native_handle();
  SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
  SSL_CTX_set_options(handle, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_id_context(handle, reinterpret_cast<const unsigned char*>(kSessionContext),
                                 sizeof kSessionContext - 1);
  error_code error;
  // Without this OpenSSL asks the terminal for the passphrase of an encrypted key.
  tls->set_password_callback([](std::size_t, ssl::context::password_purpose) { return ""; }, error);
  tls->use_certificate_chain_file(files.chain_file, error);
  if (error) return fail(cannot("the certificate chain", files.chain_file, error));
  tls->use_private_key_file(files.key_file, ssl::context::pem, error);
  if (error) return fail(cannot("the private key", files.key_file, error));
  if (SSL_CTX_check_private_key(handle) != 1) {
    return fail(
        fmt::format("the private key \"{}\" does not belong to the certificate \"{}\"; "
                    "give the two files of one certificate",
                    files.key_file, files.chain_file));
  }
  if (auto loaded = load_client_ca(*tls, files); !loaded) return fail(loaded.error());
  return tls;
}

std::string verified_subject(SSL* connection) {
  if (SSL_get_verify_result(connection) != X509_V_OK) return {};
  const std::unique_ptr<X509, FreeCertificate> certificate(SSL_get1_peer_certificate(connection));
  if (!certificate) return {};
  const std::unique_ptr<BIO, FreeBio> out(BIO_new(BIO_s_mem()));
  if (!out) return {};
  constexpr unsigned long kForm =
      XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  if (X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate.get()), 0, kForm) < 0) {
    return {};
  }
  char* text = nullptr;
  const long length = BIO_get_mem_data(out.get(), &text);
  return length > 0 ? std::string(text, static_cast<std::size_t>(length)) : std::string();
}

}  // namespace turnpike::http
