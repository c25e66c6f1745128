#include "crypto/merkle.hpp"

#include "crypto/hash.hpp"

namespace hotline::crypto {

ByteArray<32> merkle_leaf(Bytes entry) noexcept {
  constexpr ByteArray<1> leaf_mark{0x00};
  Sha256 hash;
  hash.update(leaf_mark);
  hash.update(entry);
  return hash.finish();
}

}  // namespace hotline::crypto
