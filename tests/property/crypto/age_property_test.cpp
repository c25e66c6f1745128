#include "crypto/age.hpp"
#include "crypto/age_stream.hpp"
#include "crypto/armor.hpp"
#include "crypto/padding.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <vector>

namespace hotline::crypto::age {
namespace {

using Generator = std::mt19937_64;

ByteVector random_plaintext(Generator& generator, std::size_t size) {
  ByteVector bytes(size);
  for (Byte& byte : bytes) byte = static_cast<Byte>(generator());
  return bytes;
}

/// Sizes where something changes, and some between.
std::vector<std::size_t> sizes(Generator& generator) {
  std::vector<std::size_t> all{0, 1, 15, 16, 17, 1024};
  for (std::size_t chunks = 1; chunks <= 3; ++chunks)
    for (const std::size_t past : {0U, 1U, 16U, 17U, 18U, 33U, 34U}) all.push_back(chunks * chunk_bytes + past - 17);
  for (int i = 0; i < 10; ++i) all.push_back(generator() % (4 * chunk_bytes));
  return all;
}

/// Cuts into pieces of random sizes and hands them on.
template <class Function>
void in_pieces(Generator& generator, Bytes bytes, std::size_t largest, Function&& take) {
  while (!bytes.empty()) {
    const Bytes piece = bytes.first(std::min<std::size_t>(bytes.size(), generator() % largest));
    take(piece);
    bytes = bytes.subspan(piece.size());
  }
}

class AgeProperty : public testing::Test {
 protected:
  AgeProperty() : recipient_(identity_.recipient()) {
    initialise();
    identities_.push_back(identity_.duplicate());
  }
  Generator generator_{20250101};
  Identity identity_ = Identity::generate();
  Recipient recipient_;
  std::vector<Identity> identities_;
};

TEST_F(AgeProperty, EverySizeComesBackInWholeAndInPieces) {
  for (const std::size_t size : sizes(generator_)) {
    SCOPED_TRACE(size);
    const ByteVector plaintext = random_plaintext(generator_, size);
    auto sealer = Sealer::create({&recipient_, 1});
    ASSERT_TRUE(sealer);
    const std::uint64_t announced = sealer->sealed_size(size);
    ByteVector file;
    in_pieces(generator_, plaintext, 100'000, [&](Bytes piece) { sealer->update(piece, file); });
    sealer->finish(file);
    EXPECT_EQ(file.size(), announced);
    EXPECT_TRUE(check_header(file));

    const auto opened = open(identities_, file);
    ASSERT_TRUE(opened);
    ASSERT_TRUE(std::ranges::equal(opened->reveal(), plaintext));

    const std::string armored = to_armor(file);
    for (const Bytes form : {Bytes(file), as_bytes(armored)}) {
      Opener opener = Opener::create(identities_);
      SecretBuffer out;
      in_pieces(generator_, form, 50'000, [&](Bytes piece) { ASSERT_TRUE(opener.update(piece, out)); });
      ASSERT_TRUE(opener.finish(out));
      ASSERT_TRUE(std::ranges::equal(out.reveal(), plaintext));
    }
  }
}

TEST_F(AgeProperty, WhatIsReleasedOfADamagedFileIsAlwaysABeginningOfThePlaintext) {
  const ByteVector plaintext = random_plaintext(generator_, 3 * chunk_bytes + 1000);
  const ByteVector file = seal({&recipient_, 1}, plaintext).value();
  const std::size_t payload = file.size() - sealed_chunks_size(plaintext.size());
  for (int i = 0; i < 200; ++i) {
    ByteVector damaged = file;
    const std::size_t at = payload + generator_() % (file.size() - payload);
    switch (i % 4) {
      case 0: damaged[at] ^= static_cast<Byte>(1U << (generator_() % 8)); break;
      case 1: damaged.resize(at); break;
      case 2: damaged.erase(damaged.begin() + static_cast<std::ptrdiff_t>(at)); break;
      default: damaged.push_back(static_cast<Byte>(generator_())); break;
    }
    Opener opener = Opener::create(identities_);
    SecretBuffer out;
    bool sound = true;
    in_pieces(generator_, damaged, 70'000, [&](Bytes piece) { sound = sound && opener.update(piece, out); });
    EXPECT_FALSE(sound && opener.finish(out)) << i;
    EXPECT_EQ(out.size() % chunk_bytes, 0U);
    ASSERT_LE(out.size(), plaintext.size());
    EXPECT_TRUE(std::ranges::equal(out.reveal(), Bytes(plaintext).first(out.size()))) << i;
  }
}

TEST_F(AgeProperty, ChunksCannotChangePlaces) {
  const ByteVector plaintext = random_plaintext(generator_, 4 * chunk_bytes);
  const ByteVector file = seal({&recipient_, 1}, plaintext).value();
  const std::size_t payload = file.size() - sealed_chunks_size(plaintext.size());
  const auto chunk = [&](ByteVector& bytes, std::size_t i) {
    return bytes.begin() + static_cast<std::ptrdiff_t>(payload + i * sealed_chunk_bytes);
  };
  for (std::size_t a = 0; a < 4; ++a) {
    for (std::size_t b = a + 1; b < 4; ++b) {
      ByteVector swapped = file;
      std::swap_ranges(chunk(swapped, a), chunk(swapped, a + 1), chunk(swapped, b));
      EXPECT_FALSE(open(identities_, swapped));
    }
    ByteVector without = file;
    without.erase(chunk(without, a), chunk(without, a + 1));
    EXPECT_FALSE(open(identities_, without));
    ByteVector only_first = file;
    only_first.resize(payload + a * sealed_chunk_bytes);
    EXPECT_FALSE(open(identities_, only_first));
  }
}

TEST_F(AgeProperty, SizesThatCannotBeAreExactlyThoseThatNoPlaintextHas) {
  std::vector<bool> possible(3 * sealed_chunk_bytes);
  for (std::uint64_t size = 0; sealed_chunks_size(size) < possible.size(); ++size) possible[sealed_chunks_size(size)] = true;
  for (std::size_t bytes = 0; bytes < possible.size(); ++bytes) ASSERT_EQ(can_be_chunks_size(bytes), possible[bytes]) << bytes;
}

TEST(PaddingProperty, PadmeKeepsItsLaws) {
  Generator generator(7);
  std::uint64_t before = 0;
  for (std::uint64_t size = 0; size < 100'000; ++size) {
    const std::uint64_t padded = padme(size);
    ASSERT_GE(padded, size);
    ASSERT_GE(padded, before) << "a longer file never looks shorter";
    ASSERT_EQ(padme(padded), padded);
    ASSERT_LE(static_cast<double>(padded - size), 0.12 * static_cast<double>(size));
    before = padded;
  }
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t size = generator() >> (2 + generator() % 60);
    const std::uint64_t padded = padme(size);
    ASSERT_GE(padded, size);
    ASSERT_LE(static_cast<double>(padded - size), 0.12 * static_cast<double>(size));
    ASSERT_EQ(padme(padded), padded);
  }
}

TEST(PaddingProperty, JsonHasEightSizesOnly) {
  for (std::size_t size = 0; size <= 131'072; size += 97) {
    SecretBuffer json;
    json.resize(size);
    ASSERT_TRUE(pad_json(json));
    ASSERT_TRUE(std::has_single_bit(json.size()));
    ASSERT_GE(json.size(), 1024U);
    ASSERT_LT(json.size(), std::max<std::size_t>(2 * size, 1025));
  }
}

}  // namespace
}  // namespace hotline::crypto::age
