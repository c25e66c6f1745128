#include "server/intake/tus.hpp"

#include "crypto/age.hpp"
#include "server/intake/age_opening.hpp"

#include <gtest/gtest.h>

#include <array>

namespace hotline::intake {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

Result<TusRequest> read(Headers headers, http::Method method = http::Method::post, bool with_version = true) {
  http::Request request;
  request.method = method;
  request.headers = std::move(headers);
  if (with_version) request.headers.emplace_back("tus-resumable", "1.0.0");
  return read_tus_request(request);
}

TEST(Tus, NumbersAreDigits) {
  EXPECT_EQ(*tus_number("0"), 0U);
  EXPECT_EQ(*tus_number("0012"), 12U);
  EXPECT_EQ(*tus_number("9999999999999999999"), 9'999'999'999'999'999'999U);
  for (const char* wrong : {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "1e3", "18446744073709551616", "١", "1,2"}) {
    EXPECT_FALSE(tus_number(wrong)) << wrong;
  }
}

TEST(Tus, HeadersAreThereOnce) {
  const auto both = read({{"upload-length", "10"}, {"upload-offset", "0"}});
  ASSERT_TRUE(both);
  EXPECT_EQ(both->length, 10U);
  EXPECT_EQ(both->offset, 0U);
  EXPECT_FALSE(read({})->length);
  for (const char* name : {"upload-length", "upload-offset"}) {
    EXPECT_EQ(read({{name, "1"}, {name, "1"}}).error(), make_error_code(Errc::malformed));
    EXPECT_EQ(read({{name, "x"}}).error(), make_error_code(Errc::malformed));
  }
  EXPECT_EQ(read({{"tus-resumable", "1.0.0"}}).error(), make_error_code(Errc::malformed));
}

TEST(Tus, AnotherVersionIsRefused) {
  EXPECT_EQ(read({}, http::Method::post, false).error(), make_error_code(Errc::unsupported));
  EXPECT_EQ(read({{"tus-resumable", "0.2.2"}}, http::Method::post, false).error(), make_error_code(Errc::unsupported));
}

TEST(Tus, APostMayStandForAnotherMethod) {
  using http::Method;
  EXPECT_EQ(read({{"x-http-method-override", "PATCH"}})->method, Method::patch);
  EXPECT_EQ(read({{"x-http-method-override", "DELETE"}})->method, Method::del);
  EXPECT_EQ(read({{"x-http-method-override", "HEAD"}})->method, Method::head);
  EXPECT_EQ(read({{"x-http-method-override", "PUT"}})->method, Method::other);
  EXPECT_EQ(read({{"x-http-method-override", "DELETE"}}, Method::get)->method, Method::get) << "what is only looked at deletes nothing";
}

/// What a file sealed to one recipient begins with.
std::string opening() {
  return std::string(age_opening) + std::string(1494, 'k') + "\n" + std::string(43, '+') + "\n--- " + std::string(43, '/') + "\n";
}

TEST(AgeOpening, IsTheSameHoweverItIsCut) {
  const std::string whole = opening() + "more";
  ASSERT_EQ(opening().size(), age_opening_bytes);
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    EXPECT_TRUE(fits_age_opening(0, as_bytes(whole).first(cut)));
    EXPECT_TRUE(fits_age_opening(cut, as_bytes(whole).subspan(cut)));
  }
  for (std::size_t at = 0; at < age_opening_bytes; ++at) {
    std::string wrong = whole;
    wrong[at] = '#';
    EXPECT_FALSE(fits_age_opening(0, as_bytes(wrong))) << at;
    EXPECT_FALSE(fits_age_opening(at, as_bytes(wrong).subspan(at))) << at;
    EXPECT_TRUE(fits_age_opening(at + 1, as_bytes(wrong).subspan(at + 1))) << at;
  }
  EXPECT_TRUE(fits_age_opening(age_opening_bytes, as_bytes("anything")));
  EXPECT_TRUE(fits_age_opening(std::uint64_t{1} << 40, as_bytes("anything")));
}

TEST(AgeOpening, IsThatOfWhatIsSealedToOne) {
  const auto one = crypto::age::Identity::generate().recipient();
  const auto two = crypto::age::Identity::generate().recipient();
  EXPECT_TRUE(fits_age_opening(0, crypto::age::seal(std::span(&one, 1), as_bytes("words")).value()));
  EXPECT_FALSE(fits_age_opening(0, crypto::age::seal(std::array{one, two}, as_bytes("words")).value()));
}

}  // namespace
}  // namespace hotline::intake
