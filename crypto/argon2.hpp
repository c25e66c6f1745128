#pragma once

#include "crypto/secret.hpp"

#include <cstdint>

namespace hotline::crypto {

/// Argon2id (RFC 9106), version 0x13, one lane, 32 bytes out. Takes `memory_bytes` while it runs, in one mapping of its own:
/// call it from a bounded pool. Errc::out_of_memory when that cannot be had (under mlockall it counts against RLIMIT_MEMLOCK).
/// libsodium 1.0.22 unmaps the memory before it returns, so it neither stays resident nor can be read later; it wipes its own
/// copy of the password and of the result; what is left of the last blocks on this thread's stack is wiped here.
/// tests/unit/crypto/argon2_test.cpp checks both.
Result<Secret<32>> argon2id(Bytes password, const ByteArray<16>& salt, unsigned passes, std::size_t memory_bytes);

}  // namespace hotline::crypto
