#include "server/intake/submission.hpp"

#include "crypto/secret.hpp"
#include "tests/support/memory_blobs.hpp"
#include "tests/support/memory_stores.hpp"
#include "tests/support/run_awaitable.hpp"
#include "tests/unit/intake/form_body.hpp"

#include <gtest/gtest.h>

namespace hotline::intake {
namespace {

class SubmissionTest : public testing::Test {
 protected:
  SubmissionTest() {
    crypto::initialise();
    limits.uploads_max = 1;
    limits.file_bytes_max = 1000;
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

  Limits limits;
  const crypto::age::Identity identity = crypto::age::Identity::generate();
  test::MemoryBlobs blobs;
  http::UploadSlots uploads{limits};
  const test::FixedClock clock{1'800'000'000};
  SubmissionReader reader{blobs, uploads, clock, limits};
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

}  // namespace
}  // namespace hotline::intake
