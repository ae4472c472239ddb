// An OpenSSL BIO over two byte queues: what OpenSSL reads comes from one, what it writes goes to
// the other. Unlike BIO_s_mem it gives its memory back, and reading can be stopped from outside.
#pragma once

#include "relay/crypto/byte_queue.h"
#include "relay/crypto/openssl_ptr.h"

namespace turnpike::crypto {

struct MemoryWire {
  ByteQueue in;
  ByteQueue out;
  bool stopped = false;  ///< while set, `in` reads as if it were empty
};

/// `wire` is not owned and must outlive the BIO.
OpensslPtr<BIO> make_memory_bio(MemoryWire& wire);

}  // namespace turnpike::crypto
