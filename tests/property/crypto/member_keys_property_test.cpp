#include "crypto/member_keys.hpp"

#include "crypto/random.hpp"
#include "crypto/typed_code.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace hotline::crypto {
namespace {

TEST(RecoveryCodes, EverySingleErrorAndSwapIsFound) {
  for (int run = 0; run < 20; ++run) {
    const RecoveryCode code = RecoveryCode::generate();
    const std::string right(as_text(code.reveal()));
    for (std::size_t at = 0; at < right.size(); ++at) {
      for (unsigned value = 0; value < 32; ++value) {
        std::string wrong = right;
        wrong[at] = code_symbol(value);
        if (wrong != right) EXPECT_EQ(RecoveryCode::parse(wrong).error(), Errc::authentication_failed) << right << " " << wrong;
      }
      if (at % 16 == 15) continue;  // a swap over the end of a row is two errors in two rows
      std::string swapped = right;
      std::swap(swapped[at], swapped[at + 1]);
      if (swapped != right) EXPECT_EQ(RecoveryCode::parse(swapped).error(), Errc::authentication_failed) << right << " " << swapped;
    }
  }
}

TEST(RecoveryCodes, EverySwapOverTheEndOfARowIsFound) {
  for (int run = 0; run < 200; ++run) {
    const RecoveryCode code = RecoveryCode::generate();
    std::string swapped(as_text(code.reveal()));
    if (swapped[15] == swapped[16]) continue;
    std::swap(swapped[15], swapped[16]);
    EXPECT_EQ(RecoveryCode::parse(swapped).error(), Errc::authentication_failed);
  }
}

TEST(WrappedSecrets, AlwaysOpenAgain) {
  for (int run = 0; run < 500; ++run) {
    const Secret<32> wrap = random_secret<32>();
    const Secret<32> secret = random_secret<32>();
    const MemberId member = random_id<MemberId>();
    const auto opened = unwrap_member_secret(wrap, member, wrap_member_secret(wrap, member, secret));
    ASSERT_TRUE(opened);
    EXPECT_TRUE(equal_in_constant_time(opened->reveal(), secret.reveal()));
  }
}

}  // namespace
}  // namespace hotline::crypto
