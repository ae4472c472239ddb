#include "credentials/store/encrypted_password.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <memory>

#include "base/base64.h"

namespace turnpike::credentials {
namespace {

constexpr std::size_t kKeyBytes = 16;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

}  // namespace

StoreResult<Secret> decrypt_password(std::string_view encrypted, const std::string& key_file) {
  std::array<char, kKeyBytes> key{};
  std::ifstream file(key_file, std::ios::binary);
  if (!file.read(key.data(), key.size())) {
    return fail(StoreError{StoreFailure::kRefused,
                           fmt::format("secret-key-file {}: cannot be read, or is shorter than {} "
                                       "bytes; `turnadmin -x FILE` makes one",
                                       key_file, kKeyBytes)});
  }
  const auto bytes = base64_decode(encrypted);
  if (!bytes) {
    return fail(StoreError{StoreFailure::kRefused,
                           "with secret-key-file the password of mysql-userdb must be encrypted, "
                           "and it is no base64; `turnadmin -E -f FILE -p …` prints it"});
  }
  const std::array<unsigned char, kKeyBytes> zero{};
  std::string text(bytes->size(), '\0');
  int written = 0;
  const std::unique_ptr<EVP_CIPHER_CTX, FreeCipher> context(EVP_CIPHER_CTX_new());
  const auto* raw_key = reinterpret_cast<const unsigned char*>(key.data());
  if (!context ||
      EVP_DecryptInit_ex(context.get(), EVP_aes_128_ctr(), nullptr, raw_key, zero.data()) != 1 ||
      EVP_DecryptUpdate(context.get(), reinterpret_cast<unsigned char*>(text.data()), &written,
                        bytes->data(), static_cast<int>(bytes->size())) != 1) {
    return fail(StoreError{StoreFailure::kRefused, "OpenSSL has no AES-128-CTR here"});
  }
  return Secret(std::move(text));
}

}  // namespace turnpike::credentials
