// A folder that goes when the test ends.
#pragma once

#include <filesystem>
#include <string>

#include "base/base64.h"
#include "relay/crypto/crypto_rng.h"

namespace turnpike::service {

class TempFolder {
 public:
  TempFolder() {
    std::array<std::uint8_t, 8> random{};
    crypto::CryptoRng().fill(random);
    path_ = std::filesystem::temp_directory_path() / ("turnpike-" + hex_encode(random));
    std::filesystem::create_directory(path_);
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  std::string file(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace turnpike::service
