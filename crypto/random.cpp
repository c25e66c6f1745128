#include "crypto/random.hpp"

#include <sodium.h>

namespace hotline::crypto {

void random_bytes(MutableBytes out) noexcept { randombytes_buf(out.data(), out.size()); }

}  // namespace hotline::crypto
