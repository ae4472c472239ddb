// The password of a connection string as `turnadmin -E` writes it: base64 of AES-128-CTR with a
// zero IV and the first 16 bytes of `secret-key-file`. It hides from a glance, no more.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/secret.h"
#include "credentials/store/store.h"

namespace turnpike::credentials {

/// Fails for a file that cannot be read or is too short, and for a text that is no base64.
StoreResult<Secret> decrypt_password(std::string_view encrypted, const std::string& key_file);

/// What decrypt_password reads. Of one key file, equal passwords look equal.
StoreResult<std::string> encrypt_password(const Secret& password, const std::string& key_file);

/// Makes a key file, mode 0600, of these 16 bytes. Fails where there is a file already,
/// and leaves none where it cannot write all of it.
StoreResult<void> write_key_file(const std::string& path, Bytes key);

}  // namespace turnpike::credentials
