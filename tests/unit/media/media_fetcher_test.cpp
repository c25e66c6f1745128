#include "server/media/media_fetcher.hpp"

#include "crypto/random.hpp"
#include "tests/support/memory_blobs.hpp"
#include "tests/support/memory_stores.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <new>

namespace hotline::media {
namespace {

/// Has nothing, and has no memory the first time.
struct FailingQueue final : storage::MediaQueue {
  storage::Awaitable<Result<std::vector<storage::WaitingMedia>>> list(std::int64_t, std::size_t) override {
    if (asked++ == 0) throw std::bad_alloc();
    if (asked == 2) again.set_value();
    co_return std::vector<storage::WaitingMedia>();
  }
  std::atomic<int> asked{0};
  std::promise<void> again;
};

TEST(MediaFetcher, WhatThrowsEndsNeitherTheServerNorTheFetching) {
  crypto::initialise();
  const Limits limits;
  const test::FixedClock clock(1'762'344'000);
  const std::vector<SmsSettings> settings;
  const auto gateways = sms::Gateways::create(settings);
  FailingQueue queue;
  test::MemoryInbox inbox;
  test::MemoryBlobs blobs;
  test::MemoryDesks desks;
  storage::CurrentEpochs epochs{desks, clock};
  const auto key = crypto::LockedKey::create(ByteVector(32, 7));
  const auto fetcher = MediaFetcher::create(settings, *gateways, {queue, inbox, blobs, epochs}, sms::MediaTickets(*key), clock, limits);
  ASSERT_TRUE(fetcher);
  (*fetcher)->start();
  queue.again.get_future().wait();
  (*fetcher)->stop();
  EXPECT_EQ(queue.asked, 2);
}

}  // namespace
}  // namespace hotline::media
