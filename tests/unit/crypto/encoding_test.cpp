#include "crypto/encoding.hpp"

#include <gtest/gtest.h>
#include <numeric>

namespace hotline::crypto {
namespace {

TEST(Encoding, TheQuickBase64WritesWhatTheSteadyOneWrites) {
  for (const Base64 variant : {Base64::standard, Base64::standard_unpadded, Base64::url_unpadded}) {
    for (std::size_t length = 0; length <= 300; ++length) {
      ByteVector bytes(length);
      std::iota(bytes.begin(), bytes.end(), static_cast<std::uint8_t>(length * 7 + 0xF0));
      EXPECT_EQ(public_to_base64(bytes, variant), to_base64(bytes, variant)) << length;
    }
  }
}

// RFC 4648 section 10, and the letters in which the variants differ.
TEST(Encoding, Base64IsThatOfTheRfc) {
  const ByteVector foob{'f', 'o', 'o', 'b'};
  EXPECT_EQ(public_to_base64(foob, Base64::standard), "Zm9vYg==");
  EXPECT_EQ(public_to_base64(foob, Base64::standard_unpadded), "Zm9vYg");
  const ByteVector high{0xFB, 0xFF, 0xFE};
  EXPECT_EQ(public_to_base64(high, Base64::standard), "+//+");
  EXPECT_EQ(public_to_base64(high, Base64::url_unpadded), "-__-");
}

}  // namespace
}  // namespace hotline::crypto
