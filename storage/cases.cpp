#include "storage/cases.hpp"

#include "crypto/hash.hpp"

#include <algorithm>

namespace hotline::storage {

ByteArray<16> key_id(Bytes recipient) noexcept {
  const ByteArray<32> hash = crypto::blake2b({recipient});
  ByteArray<16> id;
  std::copy_n(hash.begin(), id.size(), id.begin());
  return id;
}

}  // namespace hotline::storage
