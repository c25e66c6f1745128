#include "server/http/message.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include <gtest/gtest.h>

namespace hotline::http {
namespace {

class PiecedBody final : public BodyReader {
 public:
  explicit PiecedBody(std::vector<std::string> pieces, std::optional<std::uint64_t> declared = {})
      : pieces_(std::move(pieces)), declared_(declared) {}
  Awaitable<Result<Bytes>> read_some() override {
    if (next_ == pieces_.size()) co_return Bytes{};
    co_return as_bytes(pieces_[next_++]);
  }
  std::optional<std::uint64_t> declared_size() const override { return declared_; }

 private:
  std::vector<std::string> pieces_;
  std::optional<std::uint64_t> declared_;
  std::size_t next_ = 0;
};

Result<crypto::SecretBuffer> read(BodyReader& body, std::size_t bytes_max) {
  boost::asio::io_context context;
  Result<crypto::SecretBuffer> result = make_error_code(Errc::closed);
  boost::asio::co_spawn(context, read_all(body, bytes_max),
                        [&](std::exception_ptr, Result<crypto::SecretBuffer> outcome) { result = std::move(outcome); });
  context.run();
  return result;
}

TEST(Message, ReadsAWholeBodyUpToItsLimit) {
  PiecedBody body({"abc", "de"});
  const auto whole = read(body, 5);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->reveal_text(), "abcde");
  PiecedBody larger({"abc", "def"});
  EXPECT_EQ(read(larger, 5).error(), make_error_code(Errc::too_large));
}

TEST(Message, BelievesADeclaredSizeOverTheLimit) {
  PiecedBody body({"abc"}, 6);
  EXPECT_EQ(read(body, 5).error(), make_error_code(Errc::too_large));
}

TEST(Message, FindsHeadersAndMediaType) {
  Request request;
  request.headers = {{"content-type", "Multipart/Form-Data; boundary=x"}, {"accept", "a"}, {"accept", "b"}};
  EXPECT_EQ(request.media_type(), "multipart/form-data");
  EXPECT_EQ(request.header("accept"), "a");
  EXPECT_EQ(request.header("host"), std::nullopt);
  request.headers = {{"content-type", "text/plain; x"}};
  EXPECT_EQ(request.media_type(), "");
}

TEST(Message, ProblemDetailsAreJson) {
  const Response response = problem_response(422, "Not \"right\"", "back\\slash\nline");
  const boost::json::object object = boost::json::parse(std::get<std::string>(response.body)).as_object();
  EXPECT_EQ(object.at("title").as_string(), "Not \"right\"");
  EXPECT_EQ(object.at("detail").as_string(), "back\\slash\nline");
  EXPECT_EQ(object.at("status").as_int64(), 422);
  EXPECT_EQ(response.content_type, "application/problem+json");
}

}  // namespace
}  // namespace hotline::http
