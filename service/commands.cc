#include "service/commands.h"

#include <cstdio>

#include "credentials/core/mint.h"
#include "relay/crypto/crypto_rng.h"
#include "relay/crypto/key_hash.h"
#include "relay/crypto/openssl_digests.h"
#include "service/audit_log.h"

namespace turnpike::service {
namespace {

void print(std::FILE* to, const std::string& text) {
  std::fputs(text.c_str(), to);
}

}  // namespace

int make_api_key(const std::string& id, const std::string& file) {
  if (id.find('.') != std::string::npos) {
    print(stderr, "error: the id of a key must have no dot in it\n");
    return kConfig;
  }
  crypto::CryptoRng rng;
  const Secret secret = credentials::generate_api_key(rng);
  print(stdout, "The key, shown once:\n  " + id + "." + std::string(secret.reveal()) + "\nFor " +
                    file + ":\napi_keys:\n  - id: " + id + "\n    hash: \"" +
                    crypto::hash_api_key(secret.reveal()) + "\"\n");
  return kOk;
}

int check_audit(const std::string& log) {
  const crypto::OpensslDigests digests;
  const auto verdict = verify_audit(log, digests);
  if (!verdict) {
    print(stderr, "error: " + verdict.error() + "\n");
    return kFailed;
  }
  print(stdout, std::to_string(verdict->lines) +
                    " lines, each follows from the one before; the "
                    "last one's SHA-256 is " +
                    verdict->last_hash + "\n");
  return kOk;
}

}  // namespace turnpike::service
