#include "credentials/store/encrypted_password.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <memory>
#include <system_error>

#include "base/base64.h"

namespace turnpike::credentials {
namespace {

constexpr std::size_t kKeyBytes = 16;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

/// CTR mode: the same both ways.
StoreResult<Secret> with_key_file(Bytes bytes, const std::string& key_file) {
  std::array<char, kKeyBytes> key{};
  std::ifstream file(key_file, std::ios::binary);
  if (!file.read(key.data(), key.size())) {
    return fail(StoreError{StoreFailure::kRefused,
                           fmt::format("secret-key-file {}: cannot be read, or is shorter than {} "
                                       "bytes; `turnadmin -x FILE` makes one",
                                       key_file, kKeyBytes)});
  }
  const std::array<unsigned char, kKeyBytes> zero{};
  std::string text(bytes.size(), '\0');
  int written = 0;
  const std::unique_ptr<EVP_CIPHER_CTX, FreeCipher> context(EVP_CIPHER_CTX_new());
  const auto* raw_key = reinterpret_cast<const unsigned char*>(key.data());
  if (!context ||
      EVP_EncryptInit_ex(context.get(), EVP_aes_128_ctr(), nullptr, raw_key, zero.data()) != 1 ||
      EVP_EncryptUpdate(context.get(), reinterpret_cast<unsigned char*>(text.data()), &written,
                        bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return fail(StoreError{StoreFailure::kRefused, "OpenSSL has no AES-128-CTR here"});
  }
  return Secret(std::move(text));
}

}  // namespace

StoreResult<Secret> decrypt_password(std::string_view encrypted, const std::string& key_file) {
  const auto bytes = base64_decode(encrypted);
  if (!bytes) {
    return fail(StoreError{StoreFailure::kRefused,
                           "with secret-key-file the password of mysql-userdb must be encrypted, "
                           "and it is no base64; `turnadmin -E -f FILE -p …` prints it"});
  }
  return with_key_file(*bytes, key_file);
}

StoreResult<std::string> encrypt_password(const Secret& password, const std::string& key_file) {
  const auto bytes = with_key_file(password.reveal_bytes(), key_file);
  if (!bytes) return fail(bytes.error());
  return base64_encode(bytes->reveal_bytes());
}

StoreResult<void> write_key_file(const std::string& path, Bytes key) {
  constexpr mode_t kOwnerOnly = 0600;
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  const bool written =
      file >= 0 && ::write(file, key.data(), key.size()) == static_cast<ssize_t>(key.size());
  const int code = errno;
  if (file >= 0) ::close(file);
  if (written) return {};
  if (file >= 0) ::unlink(path.c_str());
  return fail(
      StoreError{StoreFailure::kRefused,
                 fmt::format("key file {}: {}", path, std::generic_category().message(code))});
}

}  // namespace turnpike::credentials
