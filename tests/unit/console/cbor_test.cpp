#include "server/console/cbor.hpp"

#include "crypto/encoding.hpp"

#include <gtest/gtest.h>

namespace hotline::test {
namespace {

Result<ByteVector> member(const char* hex, std::string_view name = "authData") {
  const ByteVector map = crypto::from_hex(hex).value();
  const auto found = console::cbor_bytes_member(map, name);
  if (!found) return found.error();
  return ByteVector(found->begin(), found->end());
}

// {"fmt": "none", "attStmt": {}, "authData": h'010203'} with its members in each order.
TEST(Cbor, FindsTheBytes) {
  const ByteVector expected{1, 2, 3};
  EXPECT_EQ(member("a363666d74646e6f6e656761747453746d74a068617574684461746143010203").value(), expected);
  EXPECT_EQ(member("a3686175746844617461430102036761747453746d74a063666d74646e6f6e65").value(), expected);
  EXPECT_EQ(member("a168617574684461746140").value(), ByteVector());
}

TEST(Cbor, PassesOverWhateverElseThereIs) {
  // {"a": [1, -2, "x", {1: h'00'}, 2(h'01'), true, 1.5], "authData": h'ff'}
  EXPECT_EQ(member("a261618701216178a1014100c24101f5f93e0068617574684461746141ff").value(), ByteVector{0xff});
}

TEST(Cbor, RefusesWhatIsNotOneWholeMap) {
  for (const char* hex : {"",
                          "80",                                    // no map
                          "a0",                                    // without the member
                          "a16861757468446174616141",              // no bytes
                          "a1686175746844617461",                  // ends before the value
                          "a16861757468446174614301",              // and within it
                          "a16861757468446174615bffffffffffffffff",// longer than everything
                          "a1686175746844617461410000",            // something behind it
                          "a268617574684461746141006861757468446174614101",   // twice
                          "bf68617574684461746141" "00ff",         // of indefinite length
                          "a1014100",                              // a key that is no text
                          "bbffffffffffffffff",                    // more members than bytes
                          "a26161818181818181818181018068617574684461746141ff"}) {   // deeper than anybody needs
    EXPECT_EQ(member(hex).error(), make_error_code(Errc::malformed)) << hex;
  }
}

}  // namespace
}  // namespace hotline::test
