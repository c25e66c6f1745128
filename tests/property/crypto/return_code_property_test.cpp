#include "crypto/return_code.hpp"

#include "crypto/typed_code.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace hotline::crypto {
namespace {

/// Codes of many tokens, the same in every run.
class ReturnCodes : public testing::Test {
 protected:
  static constexpr int runs = 500;
  ReturnCode next() {
    ByteArray<32> token;
    for (Byte& byte : token) byte = static_cast<Byte>(random_());
    return ReturnCode::from_token(token);
  }
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_()) % bound; }
  std::mt19937_64 random_{20240607};
};

TEST_F(ReturnCodes, AreReadHoweverTheyAreTyped) {
  const std::string_view separators[] = {"", "", "", " ", "-", ".", "_", "\n", "\r\n", "\xC2\xA0", "\xE2\x80\x93"};
  for (int run = 0; run < runs; ++run) {
    const ReturnCode code = next();
    std::string typed;
    for (const Byte symbol : code.reveal()) {
      typed += separators[below(std::size(separators))];
      char c = static_cast<char>(symbol);
      if (c == '0' && below(2) == 0) c = 'O';
      if (c == '1') c = "1IL"[below(3)];
      typed += below(2) == 0 ? static_cast<char>(std::tolower(c)) : c;
    }
    const auto read = ReturnCode::parse(typed);
    ASSERT_TRUE(read) << typed;
    EXPECT_TRUE(std::ranges::equal(read->reveal(), code.reveal())) << typed;
  }
}

TEST_F(ReturnCodes, EverySingleWrongSymbolIsFound) {
  for (int run = 0; run < runs / 10; ++run) {
    const ReturnCode code = next();
    const std::string right(as_text(code.reveal()));
    for (std::size_t at = 0; at < right.size(); ++at) {
      for (unsigned value = 0; value < 32; ++value) {
        std::string wrong = right;
        wrong[at] = code_symbol(value);
        if (wrong != right) EXPECT_EQ(ReturnCode::parse(wrong).error(), Errc::authentication_failed) << right << " " << wrong;
      }
    }
  }
}

TEST_F(ReturnCodes, EverySwapOfNeighboursIsFound) {
  for (int run = 0; run < runs; ++run) {
    const ReturnCode code = next();
    const std::string right(as_text(code.reveal()));
    for (std::size_t at = 0; at + 1 < right.size(); ++at) {
      std::string wrong = right;
      std::swap(wrong[at], wrong[at + 1]);
      if (wrong != right) EXPECT_EQ(ReturnCode::parse(wrong).error(), Errc::authentication_failed) << right << " " << wrong;
    }
  }
}

TEST_F(ReturnCodes, SymbolsAreSpreadEvenly) {
  std::array<std::array<int, 256>, ReturnCode::symbols> seen{};
  constexpr int many = 20000;
  for (int run = 0; run < many; ++run) {
    const ReturnCode code = next();
    for (std::size_t at = 0; at < ReturnCode::symbols; ++at) ++seen[at][code.reveal()[at]];
  }
  for (const auto& place : seen) {
    for (unsigned value = 0; value < 32; ++value) {
      // 625 are expected; eight standard deviations (24.6 each) either way.
      EXPECT_NEAR(place[static_cast<Byte>(code_symbol(value))], many / 32, 197);
    }
  }
}

}  // namespace
}  // namespace hotline::crypto
