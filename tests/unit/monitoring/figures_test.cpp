#include "server/monitoring/figures.hpp"

#include "server/monitoring/rounding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <chrono>
#include <string>

namespace hotline::monitoring {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const Health well{.writes = true, .disk_free_bytes = (1ULL << 30) + 12345, .resident_bytes = 33 << 20, .connections = 57};

void answer(http::Meter& meter, int status, int times) {
  for (int i = 0; i < times; ++i) meter.answered(status, 30ms);
}

TEST(Figures, WhatPeopleCauseIsHeldBackUntilItIsPublished) {
  Figures figures;
  answer(figures.public_meter(), 200, 25);
  EXPECT_THAT(figures.text(well), HasSubstr("hotline_answers_total{listener=\"public\",status=\"2xx\"} 0\n"));
  figures.publish({.unread = 30, .open = 70, .overdue = true});
  const std::string text = figures.text(well);
  EXPECT_THAT(text, HasSubstr("hotline_answers_total{listener=\"public\",status=\"2xx\"} 20\n"));
  EXPECT_THAT(text, HasSubstr("hotline_unread 30\n"));
  EXPECT_THAT(text, HasSubstr("hotline_open 70\n"));
  EXPECT_THAT(text, HasSubstr("hotline_overdue 1\n"));
}

TEST(Figures, OneReportMoreIsNotSeen) {
  Figures figures;
  answer(figures.public_meter(), 201, 11);
  figures.publish({.unread = 1, .open = 13});
  const std::string before = figures.text(well);
  answer(figures.public_meter(), 201, 1);
  figures.publish({.unread = 2, .open = 14});
  EXPECT_EQ(figures.text(well), before);
  figures.public_meter().answered(201, 40s);   // over a slow line
  figures.publish({.unread = 3, .open = 15});
  EXPECT_EQ(figures.text(well), before);
  EXPECT_THAT(before, HasSubstr("hotline_unread 0\n"));
}

TEST(Figures, CountsByListenerAndClass) {
  Figures figures;
  answer(figures.public_meter(), 503, 40);
  answer(figures.console_meter(), 404, 10);
  figures.publish({});
  const std::string text = figures.text(well);
  EXPECT_THAT(text, HasSubstr("hotline_answers_total{listener=\"public\",status=\"5xx\"} 40\n"));
  EXPECT_THAT(text, HasSubstr("hotline_answers_total{listener=\"console\",status=\"4xx\"} 10\n"));
  EXPECT_THAT(text, HasSubstr("hotline_answer_seconds_count{listener=\"public\"} 40\n"));
  EXPECT_THAT(text, HasSubstr("hotline_answer_seconds_sum{listener=\"public\"} 0\n"));   // never told
  EXPECT_THAT(text, HasSubstr("hotline_answer_seconds_bucket{listener=\"public\",le=\"0.02\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("hotline_answer_seconds_bucket{listener=\"public\",le=\"0.1\"} 40\n"));
}

TEST(Figures, HealthIsOfNowAndRounded) {
  Figures figures;
  const std::string text = figures.text(well);
  EXPECT_THAT(text, HasSubstr("hotline_writes 1\n"));
  EXPECT_THAT(text, HasSubstr("hotline_disk_free_bytes 1073741824\n"));
  EXPECT_THAT(text, HasSubstr("hotline_resident_bytes 33554432\n"));
  EXPECT_THAT(text, HasSubstr("hotline_connections 50\n"));
  EXPECT_THAT(text, Not(HasSubstr("hotline_certificate_ends_seconds{")));
  Health ill = well;
  ill.writes = false;
  ill.public_certificate_ends = 1900000000;
  EXPECT_THAT(figures.text(ill), HasSubstr("hotline_writes 0\n"));
  EXPECT_THAT(figures.text(ill), HasSubstr("hotline_certificate_ends_seconds{listener=\"public\"} 1900000000\n"));
}

TEST(Rounding, NeverBelowNothing) {
  EXPECT_EQ(rounded_down(-3, 10), 0);
  EXPECT_EQ(rounded_down(9.9, 10), 0);
  EXPECT_EQ(rounded_down(10, 10), 10);
}

}  // namespace
}  // namespace hotline::monitoring
