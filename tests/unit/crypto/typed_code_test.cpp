#include "crypto/typed_code.hpp"

#include <gtest/gtest.h>

#include <set>

namespace hotline::crypto {
namespace {

unsigned step(unsigned interim, unsigned value) {
  const ByteArray<1> one{static_cast<Byte>(value)};
  return code_check(one, interim);
}

// The three tests that follow are the whole proof that every single wrong symbol and every swap of neighbours is found,
// wherever it stands: the errors differ after the symbols concerned, and what differs once differs to the end.
TEST(CodeCheck, AnotherSymbolGivesAnotherInterim) {
  for (unsigned interim = 0; interim < 32; ++interim) {
    std::set<unsigned> results;
    for (unsigned value = 0; value < 32; ++value) results.insert(step(interim, value));
    EXPECT_EQ(results.size(), 32U);
    EXPECT_LT(*results.rbegin(), 32U);
  }
}

TEST(CodeCheck, SwappedNeighboursGiveAnotherInterim) {
  for (unsigned interim = 0; interim < 32; ++interim) {
    for (unsigned x = 0; x < 32; ++x) {
      for (unsigned y = 0; y < x; ++y) EXPECT_NE(step(step(interim, x), y), step(step(interim, y), x));
    }
  }
}

TEST(CodeCheck, WhatDiffersOnceDiffersToTheEnd) {
  for (unsigned value = 0; value < 32; ++value) {
    std::set<unsigned> results;
    for (unsigned interim = 0; interim < 32; ++interim) results.insert(step(interim, value));
    EXPECT_EQ(results.size(), 32U);
  }
}

TEST(CodeCheck, ARightRowEndsAtZero) {
  for (unsigned interim = 0; interim < 32; ++interim) EXPECT_EQ(step(interim, interim), 0U);
}

TEST(TypedCode, EverySymbolIsReadInBothCases) {
  for (unsigned value = 0; value < 32; ++value) {
    ByteArray<1> read{99};
    const char symbol = code_symbol(value);
    ASSERT_TRUE(read_code(std::string_view(&symbol, 1), read));
    EXPECT_EQ(read[0], value);
    const char lower = static_cast<char>(std::tolower(symbol));
    ASSERT_TRUE(read_code(std::string_view(&lower, 1), read));
    EXPECT_EQ(read[0], value);
  }
}

TEST(TypedCode, LettersThatLookLikeDigitsAreTakenForThem) {
  ByteArray<6> read{};
  ASSERT_TRUE(read_code("OoIiLl", read));
  EXPECT_EQ(read, (ByteArray<6>{0, 0, 1, 1, 1, 1}));
}

TEST(TypedCode, SeparatorsOfAllSorts) {
  ByteArray<4> read{};
  for (const std::string_view typed :
       {"0123", " 0-1.2_3\n", "01\r\n23\t", "01\xC2\xA0" "23", "01\xE2\x80\x93" "23", "01\xE2\x80\x94" "23", "01\xE2\x80\xAF" "23",
        "01\xE2\x80\x8B" "23", "01\xE2\x88\x92" "23", "\xEF\xBB\xBF" "0123"}) {
    read.fill(99);
    ASSERT_TRUE(read_code(typed, read)) << typed;
    EXPECT_EQ(read, (ByteArray<4>{0, 1, 2, 3}));
  }
}

TEST(TypedCode, AnythingElseIsRefused) {
  ByteArray<4> read{};
  for (const std::string_view typed : {"", "012", "01234", "012U", "012u", "01,3", "012!", "012\xC3\xA9", "012\xC2", "012\xE2\x80",
                                       "0123\xE2\x80\xA2", "012\x7F", "\xD0\x9E" "123"}) {
    EXPECT_EQ(read_code(typed, read).error(), Errc::malformed) << typed;
  }
  EXPECT_EQ(read_code(std::string("012\0", 4), read).error(), Errc::malformed);
  EXPECT_EQ(read_code("0123" + std::string(29, ' '), read).error(), Errc::malformed);
  EXPECT_TRUE(read_code("0123" + std::string(28, ' '), read));
}

}  // namespace
}  // namespace hotline::crypto
