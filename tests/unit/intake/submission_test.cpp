#include "server/intake/submission.hpp"

#include "crypto/secret.hpp"
#include "server/http/memory_body.hpp"
#include "tests/support/memory_blobs.hpp"
#include "tests/support/memory_stores.hpp"
#include "tests/support/run_awaitable.hpp"
#include "tests/unit/intake/form_body.hpp"

#include <gtest/gtest.h>

namespace hotline::intake {
namespace {

class SubmissionTest : public testing::Test {
 protected:
  SubmissionTest() { crypto::initialise(); }
  static Limits few() {
    Limits limits;
    limits.uploads_max = 1;
    limits.file_bytes_max = 1000;
    limits.connections_max = 16;   // eight steps of text, one of them for an address
    return limits;
  }
  Result<Submission> read(FormBody& body) {
    http::Request request;
    request.method = http::Method::post;
    request.sender = http::senders_begin + 1;
    request.headers.emplace_back("content-type", FormBody::content_type);
    request.body = &body;
    return test::run_awaitable(reader.read(request, [this](const Answers&) -> http::Awaitable<Result<crypto::age::Recipient>> {
      co_return identity.recipient();
    }));
  }
  /// Whether somebody else would get the only place.
  bool is_free() { return static_cast<bool>(uploads.take(http::senders_begin + 2)); }

  std::string urlencoded;
  const Limits limits = few();
  const crypto::age::Identity identity = crypto::age::Identity::generate();
  test::MemoryBlobs blobs;
  http::UploadSlots uploads{limits};
  const test::FixedClock clock{1'800'000'000};
  http::TextSpace text{limits};
  SubmissionReader reader{blobs, uploads, text, clock, limits};
};

TEST_F(SubmissionTest, APlaceIsHeldWhileAFileComes) {
  FormBody body;
  body.field("q_story", "words");
  body.file_begins("one.txt");
  body.bytes(100);
  body.then([&] { EXPECT_FALSE(is_free()); });
  body.bytes(100);
  body.field("more", "words");
  body.then([&] { EXPECT_TRUE(is_free()) << "words need none"; });
  body.end();
  const auto submission = read(body);
  ASSERT_TRUE(submission) << submission.error();
  EXPECT_EQ(submission->shortfall, Shortfall::none);
  ASSERT_EQ(submission->files.size(), 1U);
  EXPECT_EQ(submission->files[0].bytes, 200U);
  EXPECT_TRUE(is_free());
}

TEST_F(SubmissionTest, WhatIsReadAndDroppedHoldsNoPlace) {
  FormBody body;
  body.file_begins("large.txt");
  body.bytes(1001);
  body.then([&] { EXPECT_TRUE(is_free()); });
  body.bytes(100);
  body.file_begins("another.txt");
  body.bytes(100);
  body.then([&] { EXPECT_TRUE(is_free()); });
  body.field("q_story", "words");
  body.end();
  const auto submission = read(body);
  ASSERT_TRUE(submission) << submission.error();
  EXPECT_EQ(submission->shortfall, Shortfall::files_too_big);
  EXPECT_NE(submission->field("q_story"), nullptr);
  EXPECT_TRUE(blobs.ids.empty());
}

TEST_F(SubmissionTest, WhoDripsLosesThePlaceAndKeepsTheWords) {
  FormBody body;
  body.field("q_story", "words");
  body.file_begins("slow.txt");
  body.bytes(10);
  http::UploadSlots::Place newcomers;
  body.then([&] { newcomers = uploads.take(http::senders_begin + 2, std::chrono::steady_clock::now() + std::chrono::minutes(1)); });
  body.bytes(10);
  body.field("more", "words");
  body.end();
  const auto submission = read(body);
  ASSERT_TRUE(submission) << submission.error();
  EXPECT_TRUE(newcomers);
  EXPECT_EQ(submission->shortfall, Shortfall::busy);
  EXPECT_TRUE(submission->files.empty());
  EXPECT_TRUE(blobs.ids.empty());
  ASSERT_NE(submission->field("more"), nullptr);
  EXPECT_EQ(submission->field("q_story")->reveal_text(), "words");
}

TEST_F(SubmissionTest, WhatIsFarTooMuchIsReadNoFurther) {
  FormBody longer;
  longer.file_begins("one.txt");
  longer.bytes(100);
  longer.field("q_who", "me");
  longer.field("q_story", std::string(4 * limits.form_bytes_max, 'w'));
  longer.end();
  const auto text_of_it = read(longer);
  ASSERT_TRUE(text_of_it) << text_of_it.error();
  EXPECT_EQ(text_of_it->shortfall, Shortfall::text_too_long);

  FormBody more;
  for (std::size_t i = 0; i <= limits.form_fields_max; ++i) more.field("q" + std::to_string(i), "");
  more.end();
  const auto fields_of_it = read(more);
  ASSERT_TRUE(fields_of_it) << fields_of_it.error();
  EXPECT_EQ(fields_of_it->shortfall, Shortfall::fields_too_many);

  for (const auto* submission : {&*text_of_it, &*fields_of_it}) {
    EXPECT_FALSE(submission->whole);
    EXPECT_TRUE(submission->fields.empty()) << "some of it would look like all";
    EXPECT_TRUE(submission->files.empty());
  }
  EXPECT_TRUE(blobs.ids.empty());
}

TEST_F(SubmissionTest, OfAFormThatFellSilentWhatCameIsKept) {
  FormBody in_a_file;
  in_a_file.field("q_story", "words");
  in_a_file.file_begins("one.txt");
  in_a_file.bytes(100);
  in_a_file.falls_silent();
  FormBody in_a_field;
  in_a_field.field("q_where", "here");
  in_a_field.field("q_story", "wor");
  in_a_field.falls_silent();
  for (auto& [body, words] : {std::pair(&in_a_file, "words"), std::pair(&in_a_field, "wor")}) {
    const auto submission = read(*body);
    ASSERT_TRUE(submission) << submission.error();
    EXPECT_EQ(submission->shortfall, Shortfall::slow);
    EXPECT_TRUE(submission->whole);
    ASSERT_NE(submission->field("q_story"), nullptr);
    EXPECT_EQ(submission->field("q_story")->reveal_text(), words);
    EXPECT_TRUE(submission->files.empty());
  }
  EXPECT_TRUE(blobs.ids.empty());
  FormBody nothing;
  nothing.falls_silent();
  EXPECT_EQ(read(nothing).error(), make_error_code(Errc::timed_out));
}

TEST_F(SubmissionTest, LongTextsShareTheMemoryThereIs) {
  const std::string as_long_as_is_taken(limits.form_bytes_max - 100, 'w');
  const std::string too_long(limits.form_bytes_max + 100, 'w');
  const auto post = [&](const std::string& words) {
    FormBody body;
    body.field("q_story", words);
    body.end();
    return read(body);
  };
  EXPECT_EQ(post(too_long)->shortfall, Shortfall::text_too_long) << "given back to be shortened";
  std::optional<http::TextSpace::Share> of_the_same(std::in_place, text, http::senders_begin + 1);
  ASSERT_TRUE(of_the_same->grow(http::TextSpace::own_bytes + 1));
  EXPECT_EQ(post(too_long).error(), make_error_code(Errc::busy));
  EXPECT_EQ(post(as_long_as_is_taken)->shortfall, Shortfall::none) << "what is taken never waits for it";
  of_the_same.reset();
  EXPECT_TRUE(post(too_long));
}

TEST_F(SubmissionTest, FormsWithoutFilesToo) {
  http::TextSpace::Share of_the_same(text, http::senders_begin + 1);
  ASSERT_TRUE(of_the_same.grow(http::TextSpace::own_bytes + 1));
  for (const auto& [length, error] : {std::pair(60'000, std::optional<Errc>()), std::pair(70'000, std::optional(Errc::busy))}) {
    urlencoded = "q_story=";
    for (int i = 0; i < length; ++i) urlencoded += "%41";   // by what it holds, not by how it is written
    http::MemoryBody body(as_bytes(urlencoded));
    http::Request request;
    request.sender = http::senders_begin + 1;
    request.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    request.body = &body;
    const auto submission = test::run_awaitable(reader.read(request, {}));
    EXPECT_EQ(submission ? boost::system::error_code() : submission.error(), error ? make_error_code(*error) : boost::system::error_code());
  }
}

}  // namespace
}  // namespace hotline::intake
