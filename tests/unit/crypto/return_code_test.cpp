#include "crypto/return_code.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <type_traits>

namespace hotline::crypto {
namespace {

static_assert(!std::is_copy_constructible_v<ReturnCode> && std::is_nothrow_move_constructible_v<ReturnCode>);

ByteArray<32> token() {
  ByteArray<32> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<Byte>(i);
  return bytes;
}

std::string text_of(const ReturnCode& code) { return std::string(code.to_text().reveal_text()); }

TEST(ReturnCode, IsMadeOfTheTokenAlone) {
  const std::string text = text_of(ReturnCode::from_token(token()));
  EXPECT_EQ(text, text_of(ReturnCode::from_token(token())));
  ByteArray<32> other = token();
  other[31] ^= 1;
  EXPECT_NE(text, text_of(ReturnCode::from_token(other)));
  ASSERT_EQ(text.size(), 19U);
  for (const std::size_t dash : {4U, 9U, 14U}) EXPECT_EQ(text[dash], '-');
  EXPECT_EQ(text.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), std::string::npos);
}

TEST(ReturnCode, IsReadBackAsWritten) {
  const ReturnCode code = ReturnCode::from_token(token());
  const auto read = ReturnCode::parse(text_of(code));
  ASSERT_TRUE(read);
  EXPECT_TRUE(std::ranges::equal(read->reveal(), code.reveal()));
  EXPECT_TRUE(std::ranges::equal(code.duplicate().reveal(), code.reveal()));
}

TEST(ReturnCode, TellsAMisreadCodeFromSomethingElse) {
  std::string text = text_of(ReturnCode::from_token(token()));
  text[0] = text[0] == '7' ? '8' : '7';
  EXPECT_EQ(ReturnCode::parse(text).error(), Errc::authentication_failed);
  EXPECT_EQ(ReturnCode::parse(text.substr(1)).error(), Errc::malformed);
  EXPECT_EQ(ReturnCode::parse(text + "0").error(), Errc::malformed);
  EXPECT_EQ(ReturnCode::parse("").error(), Errc::malformed);
  EXPECT_EQ(ReturnCode::parse("UUUU-UUUU-UUUU-UUUU").error(), Errc::malformed);
}

TEST(ReturnCode, MovedFromCodesAreWiped) {
  ReturnCode code = ReturnCode::from_token(token());
  const ReturnCode moved = std::move(code);
  EXPECT_TRUE(std::ranges::all_of(code.reveal(), [](Byte b) { return b == 0; }));
  EXPECT_TRUE(ReturnCode::parse(moved.to_text().reveal_text()));
}

}  // namespace
}  // namespace hotline::crypto
