#include "server/intake/crowd.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/secret.hpp"
#include "server/http/sender.hpp"

#include <gtest/gtest.h>

#include <bit>

namespace hotline::intake {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

std::size_t bits_of(const std::string& solution) {
  const auto hash = crypto::sha256(as_bytes(solution));
  const unsigned first = (unsigned{hash[0]} << 24) | (unsigned{hash[1]} << 16) | (unsigned{hash[2]} << 8) | hash[3];
  return static_cast<std::size_t>(std::countl_zero(first));
}

/// Does the work, as a script would; no more of it than `most`.
std::string solve(const std::string& challenge, std::size_t least, std::size_t most = 32) {
  for (std::uint64_t nonce = 0;; ++nonce) {
    std::string solution = challenge + "." + std::to_string(nonce);
    if (bits_of(solution) >= least && bits_of(solution) <= most) return solution;
  }
}

class CrowdTest : public testing::Test {
 protected:
  CrowdTest() { crypto::initialise(); }
  static Limits few() {
    Limits limits;
    limits.sender_burst = 3;
    limits.sender_per_minute = 6;
    limits.work_bits = 8;
    return limits;
  }
  static http::Request from(std::uint64_t sender) {
    http::Request request;
    request.sender = sender;
    return request;
  }
  static constexpr std::uint64_t address = http::senders_begin + 5;
  const std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
  Crowd crowd{few()};
};

TEST_F(CrowdTest, ABudgetIsUsedUpAndFillsAgain) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(crowd.admit(from(address), begin).within_budget);
  EXPECT_FALSE(crowd.admit(from(address), begin).within_budget);
  EXPECT_TRUE(crowd.admit(from(address + 1), begin).within_budget) << "another's is another's";
  EXPECT_FALSE(crowd.admit(from(address), begin + seconds(9)).within_budget);
  EXPECT_TRUE(crowd.admit(from(address), begin + seconds(10)).within_budget) << "six a minute";
  EXPECT_FALSE(crowd.admit(from(address), begin + seconds(10)).within_budget);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(crowd.admit(from(address), begin + minutes(10)).within_budget);
  EXPECT_FALSE(crowd.admit(from(address), begin + minutes(10)).within_budget) << "never more than the burst";
}

TEST_F(CrowdTest, UnixConnectionsShareABudgetAndWearOutAlone) {
  EXPECT_EQ(crowd.admit(from(2), begin).sender, crowd.admit(from(3), begin).sender);
  EXPECT_TRUE(crowd.admit(from(2), begin).within_budget);
  EXPECT_FALSE(crowd.admit(from(4), begin).within_budget);
  EXPECT_TRUE(crowd.admit(from(2), begin).fresh);
  EXPECT_FALSE(crowd.admit(from(2), begin).fresh) << "its fourth";
  EXPECT_TRUE(crowd.admit(from(9), begin).fresh);
}

TEST_F(CrowdTest, ProofOfWorkIsASenderOfItsOwn) {
  while (crowd.admit(from(address), begin).within_budget) {
  }
  auto request = from(address);
  request.headers.emplace_back("hotline-work", solve(crowd.work().challenge(begin), 8));
  const Standing standing = crowd.admit(request, begin);
  EXPECT_TRUE(standing.within_budget);
  EXPECT_NE(standing.sender, address);
  EXPECT_EQ(standing.group, address) << "its places are those of where it came from";
  EXPECT_GE(standing.sender, http::senders_begin);
  EXPECT_FALSE(crowd.admit(request, begin).within_budget) << "once";
  EXPECT_EQ(crowd.admit(request, begin).sender, address);
}

TEST_F(CrowdTest, ManySendersAreForgottenOldestFirst) {
  while (crowd.admit(from(address), begin).within_budget) {
  }
  for (std::uint64_t i = 1; i < Crowd::senders_max; ++i) crowd.admit(from(address + i), begin);
  EXPECT_FALSE(crowd.admit(from(address), begin).within_budget) << "as many as are remembered";
  for (std::uint64_t i = 1; i <= Crowd::senders_max; ++i) crowd.admit(from(address + Crowd::senders_max + i), begin);
  EXPECT_TRUE(crowd.admit(from(address), begin).within_budget);
}

TEST_F(CrowdTest, WhoBringsAGreatDealIsKnownForAnHour) {
  const std::uint64_t many = few().uploads_pending_bytes_max / 16;
  EXPECT_FALSE(crowd.note_kept(address, many, begin));
  EXPECT_TRUE(crowd.note_kept(address, 1, begin + minutes(59)));
  EXPECT_FALSE(crowd.note_kept(address + 1, many, begin));
  EXPECT_FALSE(crowd.note_kept(address, 1, begin + minutes(60)));
}

class WorkTest : public CrowdTest {
 protected:
  Work work{8, begin};
};

TEST_F(WorkTest, IsGoodForAnHourAndOnce) {
  const std::string early = solve(work.challenge(begin), 8);
  EXPECT_TRUE(work.redeem(early, begin + minutes(59)));
  EXPECT_FALSE(work.redeem(early, begin + minutes(59)));
  const std::string late = solve(work.challenge(begin + minutes(59)), 8);
  EXPECT_TRUE(work.redeem(late, begin + minutes(118)));
  EXPECT_FALSE(work.redeem(late, begin + minutes(118)));
  EXPECT_FALSE(work.redeem(early, begin + minutes(119))) << "its hour is over, though nobody remembers it";
  EXPECT_FALSE(work.redeem(solve(work.challenge(begin), 8), begin + minutes(60)));
}

TEST_F(WorkTest, WhatIsNotRightIsNothing) {
  const std::string challenge = work.challenge(begin);
  EXPECT_EQ(challenge.size(), 38U);
  const std::string right = solve(challenge, 8);
  EXPECT_LE(right.size(), Work::solution_bytes_max);
  Work other(8, begin);
  EXPECT_FALSE(other.redeem(right, begin)) << "another server's";
  std::string changed = right;
  changed[2] = changed[2] == 'A' ? 'B' : 'A';
  const std::string forged = solve(changed.substr(0, 38), 8);
  const std::string unworked = challenge + ".x";
  for (const std::string& wrong : {std::string(), std::string("."), challenge, challenge + ".", unworked, right + "x", right + " ",
                                   "A" + right, forged, challenge + "." + std::string(21, '1'), std::string(60, 'A')}) {
    EXPECT_FALSE(work.redeem(wrong, begin)) << wrong;
  }
  EXPECT_FALSE(work.redeem(solve(work.challenge(begin), 0, 7), begin)) << "too little work";
  EXPECT_TRUE(work.redeem(right, begin));
}

TEST_F(WorkTest, RemembersSoManyAndThenBeginsAnew) {
  Work easy(0, begin);
  const std::string kept = easy.challenge(begin) + ".0";
  for (std::size_t i = 1; i < Work::remembered_max; ++i) ASSERT_TRUE(easy.redeem(easy.challenge(begin) + ".0", begin));
  const std::string unused = easy.challenge(begin) + ".0";
  EXPECT_TRUE(easy.redeem(kept, begin));
  EXPECT_FALSE(easy.redeem(kept, begin)) << "no solution is good twice, also when they are forgotten";
  EXPECT_FALSE(easy.redeem(unused, begin));
  EXPECT_TRUE(easy.redeem(easy.challenge(begin) + ".0", begin));
}

}  // namespace
}  // namespace hotline::intake
