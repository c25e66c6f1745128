#include "storage/sqlcipher/page_finding.hpp"

#include <gtest/gtest.h>

namespace hotline::storage::sqlcipher {
namespace {

/// A file of more than 4 GiB is more than a test should write; that such a one is called sound was seen by hand (docs/soundness.md).
TEST(PageFinding, OnlyWhatLiesBeyond4GibIsNotBelieved) {
  EXPECT_FALSE(is_about_page_beyond_4_gib("HMAC verification failed for page 1048576", 4096));
  EXPECT_TRUE(is_about_page_beyond_4_gib("HMAC verification failed for page 1048577", 4096));
  EXPECT_TRUE(is_about_page_beyond_4_gib("HMAC verification failed for page 4000000", 4096));
  EXPECT_FALSE(is_about_page_beyond_4_gib("HMAC verification failed for page 524288", 8192));
  EXPECT_TRUE(is_about_page_beyond_4_gib("HMAC verification failed for page 524289", 8192));
  EXPECT_FALSE(is_about_page_beyond_4_gib("HMAC verification failed for page 1", 4096));
  EXPECT_FALSE(is_about_page_beyond_4_gib("page 1048577 has an invalid size of 100 bytes", 4096));
  EXPECT_FALSE(is_about_page_beyond_4_gib("", 4096));
}

}  // namespace
}  // namespace hotline::storage::sqlcipher
