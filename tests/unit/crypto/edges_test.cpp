// The edges of curves and authenticated ciphers, where our code stands around them: points of small order, numbers that are too large,
// tags of which one bit is wrong. Where the primitive beneath would let one pass, what we build on it would not be what it says.

#include "crypto/age_keys.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/hpke.hpp"
#include "crypto/random.hpp"
#include "crypto/signing.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hotline::crypto {
namespace {

ByteVector hex(std::string_view text) { return from_hex(text).value(); }

/// Points of X25519 that give the same secret with every key: RFC 7748 section 6.1 wants that secret refused. Little endian.
const std::vector<ByteVector> low_order = {
    hex("0000000000000000000000000000000000000000000000000000000000000000"),
    hex("0100000000000000000000000000000000000000000000000000000000000000"),
    hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    hex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),  // p - 1
    hex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),  // p
    hex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),  // p + 1
};

TEST(Edges, NothingIsSealedToAPointOfLowOrder) {
  const auto whole = age::Identity::generate().recipient();
  for (const ByteVector& point : low_order) {
    for (const Byte top : {Byte{0}, Byte{0x80}}) {  // X25519 does not look at the highest bit
      ByteVector key(whole.bytes().begin(), whole.bytes().end());
      std::copy(point.begin(), point.end(), key.end() - 32);
      key.back() |= top;
      EXPECT_FALSE(age::Recipient::from_bytes(key)) << to_hex(point);
    }
  }
}

TEST(Edges, NothingOpensThatWasEncapsulatedByAPointOfLowOrder) {
  const auto seed = random_secret<hpke::seed_bytes>();
  const auto sealed = hpke::seal(hpke::public_key(seed.reveal()), {}, {}, as_bytes("words")).value();
  for (const ByteVector& point : low_order) {
    auto encapsulated = sealed.encapsulated;
    std::copy(point.begin(), point.end(), encapsulated.end() - 32);
    EXPECT_FALSE(hpke::open(encapsulated, seed.reveal(), {}, {}, sealed.ciphertext)) << to_hex(point);
  }
}

TEST(Edges, EveryBitOfASealedKeyCounts) {
  const auto seed = random_secret<hpke::seed_bytes>();
  const auto sealed = hpke::seal(hpke::public_key(seed.reveal()), as_bytes("info"), as_bytes("more"), as_bytes("words")).value();
  const auto open = [&](Bytes ciphertext) { return hpke::open(sealed.encapsulated, seed.reveal(), as_bytes("info"), as_bytes("more"), ciphertext); };
  ASSERT_TRUE(open(sealed.ciphertext));
  for (std::size_t bit = 0; bit < sealed.ciphertext.size() * 8; ++bit) {
    ByteVector changed = sealed.ciphertext;
    changed[bit / 8] ^= static_cast<Byte>(1U << (bit % 8));
    EXPECT_FALSE(open(changed)) << "bit " << bit;
  }
  for (std::size_t size = 0; size < sealed.ciphertext.size(); ++size) EXPECT_FALSE(open(Bytes(sealed.ciphertext).first(size))) << size;
}

class Signatures : public testing::Test {
 protected:
  bool holds(const Signature& signature) const { return verify(key_.public_key(), message_, signature).has_value(); }
  const SigningKey key_ = SigningKey::from_seed(random_secret<32>());
  const Bytes message_ = as_bytes("a statement");
  const Signature signature_ = key_.sign(message_);
};

/// The order of the group, 2^252 + 27742317777372353535851937790883648493: RFC 8032 section 5.1.
const ByteVector order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

TEST_F(Signatures, HaveOneForm) {
  ASSERT_TRUE(holds(signature_));
  // S + L means the same to a verifier that does not look at its size.
  Signature other = signature_;
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += static_cast<unsigned>(other[32 + i]) + order[i];
    other[32 + i] = static_cast<Byte>(carry);
    carry >>= 8;
  }
  EXPECT_FALSE(holds(other));
  for (const int bit : {5, 6, 7}) {
    Signature high = signature_;
    high[63] |= static_cast<Byte>(1 << bit);
    EXPECT_FALSE(holds(high)) << "bit " << bit << " of S";
  }
}

TEST_F(Signatures, EveryBitCounts) {
  for (std::size_t bit = 0; bit < signature_.size() * 8; ++bit) {
    Signature changed = signature_;
    changed[bit / 8] ^= static_cast<Byte>(1U << (bit % 8));
    EXPECT_FALSE(holds(changed)) << "bit " << bit;
  }
  Signature zero{};
  EXPECT_FALSE(holds(zero));
}

TEST_F(Signatures, NoKeyOfSmallOrderVerifies) {
  // The points of order 1, 2, 4 and 8, and the ways to write them with a number that is not reduced.
  for (const char* point : {"0100000000000000000000000000000000000000000000000000000000000000", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "0000000000000000000000000000000000000000000000000000000000000080", "0000000000000000000000000000000000000000000000000000000000000000",
                            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                            "0100000000000000000000000000000000000000000000000000000000000080", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}) {
    PublicSigningKey key{};
    const ByteVector bytes = hex(point);
    std::copy(bytes.begin(), bytes.end(), key.begin());
    Signature forged{};   // S = 0, and R as the key or the neutral point
    std::copy(bytes.begin(), bytes.end(), forged.begin());
    EXPECT_FALSE(verify(key, message_, forged)) << point;
    std::fill(forged.begin(), forged.begin() + 32, Byte{0});
    forged[0] = 1;
    EXPECT_FALSE(verify(key, message_, forged)) << point;
  }
}

TEST(Hkdf, AsInTheRfc) {
  const auto derived = [](Bytes key_material, Bytes salt, Bytes info, std::size_t bytes) {
    ByteVector out(bytes);
    hkdf_sha256(key_material, salt, info, out);
    return to_hex(out);
  };
  // RFC 5869, appendix A.1 and A.3.
  const ByteVector material(22, 0x0b);
  EXPECT_EQ(derived(material, hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"), 42),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(derived(material, {}, {}, 42), "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

}  // namespace
}  // namespace hotline::crypto
