// A certificate that lives as long as one session: WebRTC peers know each other by its fingerprint
// (RFC 8122), which travels in the SDP, and not by who signed it.
#pragma once

#include <memory>
#include <string>

#include "base/digests.h"
#include "base/result.h"

namespace turnpike::peer {

class DtlsIdentity {
 public:
  /// ECDSA P-256, self-signed.
  static Result<std::unique_ptr<DtlsIdentity>, std::string> make();
  ~DtlsIdentity();
  DtlsIdentity(const DtlsIdentity&) = delete;
  DtlsIdentity& operator=(const DtlsIdentity&) = delete;

  /// SHA-256 of the certificate.
  const Sha256& fingerprint() const;

  struct Context;  // OpenSSL's
  Context& context() const { return *context_; }

 private:
  explicit DtlsIdentity(std::unique_ptr<Context> context);
  std::unique_ptr<Context> context_;
};

}  // namespace turnpike::peer
