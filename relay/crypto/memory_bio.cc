#include "relay/crypto/memory_bio.h"

#include <openssl/bio.h>

#include "base/check.h"

namespace turnpike::crypto {
namespace {

MemoryWire& wire_of(BIO* bio) {
  return *static_cast<MemoryWire*>(BIO_get_data(bio));
}

int read_bytes(BIO* bio, char* out, std::size_t capacity, std::size_t* length) {
  BIO_clear_retry_flags(bio);
  MemoryWire& wire = wire_of(bio);
  *length = 0;
  if (wire.stopped || wire.in.empty()) {
    BIO_set_retry_read(bio);
    return 0;
  }
  *length = wire.in.take({reinterpret_cast<std::uint8_t*>(out), capacity});
  return 1;
}

int write_bytes(BIO* bio, const char* data, std::size_t size, std::size_t* length) {
  BIO_clear_retry_flags(bio);
  wire_of(bio).out.append({reinterpret_cast<const std::uint8_t*>(data), size});
  *length = size;
  return 1;
}

long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

/// Made once and kept for the life of the process, as OpenSSL's own methods are.
const BIO_METHOD* method() {
  static const BIO_METHOD* const kMethod = [] {
    const int type = BIO_get_new_index();
    CHECK(type != -1);
    BIO_METHOD* made = BIO_meth_new(type | BIO_TYPE_SOURCE_SINK, "turnpike memory");
    CHECK(made != nullptr);
    BIO_meth_set_read_ex(made, read_bytes);
    BIO_meth_set_write_ex(made, write_bytes);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  return kMethod;
}

}  // namespace

OpensslPtr<BIO> make_memory_bio(MemoryWire& wire) {
  OpensslPtr<BIO> bio(BIO_new(method()));
  CHECK(bio != nullptr);
  BIO_set_data(bio.get(), &wire);
  BIO_set_init(bio.get(), 1);
  return bio;
}

}  // namespace turnpike::crypto
