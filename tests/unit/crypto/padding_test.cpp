#include "crypto/padding.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hotline::crypto {
namespace {

TEST(Padding, FillsJsonWithSpacesToTheNextStep) {
  struct Case {
    std::size_t size;
    std::size_t padded;
  };
  for (const auto& [size, padded] : {Case{0, 1024}, {1, 1024}, {1023, 1024}, {1024, 1024}, {1025, 2048}, {4096, 4096},
                                     {65537, 131072}, {131072, 131072}}) {
    SecretBuffer json(std::string_view(std::string(size, '{')));
    ASSERT_TRUE(pad_json(json));
    ASSERT_EQ(json.size(), padded);
    EXPECT_EQ(json.reveal_text(), std::string(size, '{') + std::string(padded - size, ' '));
  }
}

TEST(Padding, LeavesWhatIsTooLargeAsItIs) {
  SecretBuffer json(std::string_view(std::string(131073, 'x')));
  EXPECT_EQ(pad_json(json).error(), Errc::too_large);
  EXPECT_EQ(json.size(), 131073U);
}

// The example of the paper: 9 is 1001 in binary, exponent 3, of which 2 bits are kept after the first.
TEST(Padding, PadmeRoundsAsInThePaper) {
  EXPECT_EQ(padme(0), 0U);
  EXPECT_EQ(padme(1), 1U);
  EXPECT_EQ(padme(2), 2U);
  EXPECT_EQ(padme(9), 10U);
  EXPECT_EQ(padme(100), 104U);
  EXPECT_EQ(padme(1000), 1024U);
  EXPECT_EQ(padme(1'000'000), 1'015'808U);
}

}  // namespace
}  // namespace hotline::crypto
