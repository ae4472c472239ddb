#include "cobrowse/renderer/peer/relay_proof.h"

namespace turnpike::peer {

RelayProof::Verdict RelayProof::judge(const std::optional<ice::SelectedPair>& pair,
                                      MonotonicTime now) {
  if (pair && pair->local == "relay" && pair->remote == "relay") {
    unknown_since_.reset();
    return Verdict::kRelayed;
  }
  if (pair && (pair->local != "relay" || pair->remote != "prflx")) return Verdict::kRefused;
  if (!unknown_since_) unknown_since_ = now;
  return now - *unknown_since_ < kPatience ? Verdict::kUnknown : Verdict::kRefused;
}

}  // namespace turnpike::peer
