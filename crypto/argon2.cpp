#include "crypto/argon2.hpp"

#include "crypto/large_pages.hpp"

#include <sodium.h>

namespace hotline::crypto {

Result<Secret<32>> argon2id(Bytes password, const ByteArray<16>& salt, unsigned passes, std::size_t memory_bytes) {
  static_assert(crypto_pwhash_SALTBYTES == 16);
  Secret<32> out;
  int failed = 0;
  {
    const LargePages large_pages;
    failed = crypto_pwhash(out.reveal_mutable().data(), out.size, reinterpret_cast<const char*>(password.data()), password.size(),
                           salt.data(), passes, memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
  }
  wipe_stack();
  if (failed != 0) return Errc::out_of_memory;
  return out;
}

}  // namespace hotline::crypto
