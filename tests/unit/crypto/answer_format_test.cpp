#include "crypto/answer_format.hpp"

#include "crypto/age.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace hotline::crypto {
namespace {

class AnswerFormat : public ::testing::Test {
 protected:
  AnswerFormat() {
    initialise();
    identity_.emplace(age::Identity::generate());
  }

  std::vector<ByteVector> seal(std::string_view text) { return seal_answer(text, {.day = 19880, .desk = std::nullopt, .outcome = std::nullopt}, identity_->recipient()).value(); }
  std::vector<AnswerPart> open(const std::vector<ByteVector>& sealed) {
    std::vector<AnswerPart> parts;
    for (const ByteVector& one : sealed) parts.push_back(open_answer(*identity_, one).value());
    return parts;
  }
  boost::system::error_code refusal_of(std::string_view content) {
    const auto recipient = identity_->recipient();
    const auto sealed = age::seal(std::span(&recipient, 1), as_bytes(content)).value();
    const auto opened = open_answer(*identity_, sealed);
    return opened ? boost::system::error_code() : opened.error();
  }

  std::optional<age::Identity> identity_;
};

TEST_F(AnswerFormat, ComesBackWordForWord) {
  std::string quotes;
  for (int i = 0; i < 9000; ++i) quotes += '"';
  std::string accents;
  for (int i = 0; i < 5000; ++i) accents += "ñ€";
  std::string controls;
  for (int i = 0; i < 3000; ++i) controls += '\x01';
  for (const std::string& text : {std::string("Podemos verle el martes."), std::string("x"), std::string(3800, 'a'), std::string(3801, 'a'),
                                  std::string(answer_text_bytes_max, 'z'), quotes, accents, controls}) {
    const auto sealed = seal(text);
    for (const ByteVector& part : sealed) EXPECT_EQ(part.size(), sealed_answer_bytes());
    const auto parts = open(sealed);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      EXPECT_EQ(parts[i].id, parts[0].id);
      EXPECT_EQ(parts[i].part, static_cast<std::int64_t>(i));
      EXPECT_EQ(parts[i].parts, static_cast<std::int64_t>(parts.size()));
      EXPECT_EQ(parts[i].options.day, 19880);
    }
    const auto joined = join_answers(open(sealed));
    ASSERT_EQ(joined.size(), 1U);
    EXPECT_EQ(joined[0].text.reveal_text(), text);
    EXPECT_FALSE(joined[0].part_missing);
  }
}

TEST_F(AnswerFormat, RefusesWhatIsNoAnswer) {
  const auto recipient = identity_->recipient();
  EXPECT_EQ(seal_answer("", {}, recipient).error(), Errc::malformed);
  EXPECT_EQ(seal_answer("\xff", {}, recipient).error(), Errc::malformed);
  EXPECT_EQ(seal_answer(std::string(answer_text_bytes_max + 1, 'a'), {}, recipient).error(), Errc::too_large);
}

TEST_F(AnswerFormat, JoinsAnswersThatCameMixed) {
  const std::string first(9000, 'a');
  auto parts = open(seal(first));
  auto others = open(seal("second"));
  std::ranges::reverse(parts);
  parts.insert(parts.begin() + 1, std::move(others.front()));
  const auto joined = join_answers(std::move(parts));
  ASSERT_EQ(joined.size(), 2U);
  EXPECT_EQ(joined[0].text.reveal_text(), first);
  EXPECT_EQ(joined[1].text.reveal_text(), "second");
}

TEST_F(AnswerFormat, StandsInTheOrderOfDaysAndThenOfTags) {
  const auto of_day = [&](std::int64_t day, std::string_view text) {
    return open(seal_answer(text, {.day = day, .desk = std::nullopt, .outcome = std::nullopt}, identity_->recipient()).value());
  };
  std::vector<AnswerPart> parts;
  for (const auto& [day, text] : {std::pair(9, "third"), std::pair(9, "fourth"), std::pair(2, "first"), std::pair(2, "second")}) {
    for (AnswerPart& part : of_day(day, text)) parts.push_back(std::move(part));
  }
  std::string all;
  for (const JoinedAnswer& answer : join_answers(std::move(parts))) all += std::string(answer.text.reveal_text()) + " ";
  EXPECT_EQ(all, "first second third fourth ");
}

TEST_F(AnswerFormat, SaysWhenAPartIsMissing) {
  const std::string text(9000, 'a');
  const std::size_t count = seal(text).size();
  ASSERT_EQ(count, 3U);
  for (std::size_t lost = 0; lost < count; ++lost) {
    auto parts = open(seal(text));
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(lost));
    auto whole = open(seal("whole"));
    parts.push_back(std::move(whole.front()));
    const auto joined = join_answers(std::move(parts));
    ASSERT_EQ(joined.size(), 2U);
    EXPECT_TRUE(joined[0].part_missing) << lost;
    EXPECT_LT(joined[0].text.size(), text.size()) << "what is there is still read";
    EXPECT_FALSE(joined[1].part_missing);
  }
}

TEST_F(AnswerFormat, APartThatComesTwiceCountsOnce) {
  const std::string text(9000, 'a');
  const auto sealed = seal(text);
  auto parts = open(sealed);
  for (AnswerPart& again : open(sealed)) parts.push_back(std::move(again));
  const auto joined = join_answers(std::move(parts));
  ASSERT_EQ(joined.size(), 1U);
  EXPECT_EQ(joined[0].text.reveal_text(), text);
  EXPECT_FALSE(joined[0].part_missing);
  // Twice the first does not stand for the second.
  auto firsts = open({sealed[0], sealed[0], sealed[2]});
  EXPECT_TRUE(join_answers(std::move(firsts))[0].part_missing);
}

TEST_F(AnswerFormat, CarriesDeskAndOutcomeInTheSameSize) {
  DeskId desk;
  desk.bytes.fill(0xab);
  for (const auto outcome : {WishOutcome::deleted, WishOutcome::kept}) {
    const auto sealed = seal_answer(std::string(9000, 'a'), {.day = 3, .desk = desk, .outcome = outcome}, identity_->recipient()).value();
    EXPECT_EQ(sealed.size(), seal(std::string(9000, 'a')).size());
    for (const ByteVector& part : sealed) EXPECT_EQ(part.size(), sealed_answer_bytes());
    for (const AnswerPart& part : open(sealed)) {
      EXPECT_EQ(part.options.desk, desk);
      EXPECT_EQ(part.options.outcome, outcome);
    }
    const auto joined = join_answers(open(sealed));
    EXPECT_EQ(joined[0].options.day, 3);
    EXPECT_EQ(joined[0].options.desk, desk);
    EXPECT_EQ(joined[0].options.outcome, outcome);
  }
  const auto plain = open(seal("words"));
  EXPECT_FALSE(plain[0].options.desk || plain[0].options.outcome);
}

TEST_F(AnswerFormat, OpensAnswersOfItsVersionOnly) {
  const char* id = R"("id":"606162636465666768696a6b6c6d6e6f","text":"t"})";
  EXPECT_FALSE(refusal_of(std::string(R"({"v":1,"type":"reply",)") + id));
  EXPECT_EQ(refusal_of(std::string(R"({"v":2,"type":"reply",)") + id), Errc::unsupported);
  EXPECT_EQ(refusal_of(std::string(R"({"type":"reply",)") + id), Errc::unsupported);
  EXPECT_EQ(refusal_of(std::string(R"({"v":1,"type":"report",)") + id), Errc::malformed);
  EXPECT_EQ(refusal_of(R"({"v":1,"type":"reply","id":"60","text":"t"})"), Errc::malformed);
  EXPECT_EQ(refusal_of(R"({"v":1,"type":"reply","text":"t"})"), Errc::malformed);
  EXPECT_EQ(refusal_of("no object"), Errc::malformed);
  for (const char* place : {R"("part":1,"parts":1)", R"("part":-1,"parts":1)", R"("part":0,"parts":0)", R"("part":0,"parts":-2)"}) {
    EXPECT_EQ(refusal_of(std::string(R"({"v":1,"type":"reply",)") + place + "," + id), Errc::malformed) << place;
  }
  for (const char* odd : {R"("outcome":"burnt")", R"("outcome":5)", R"("desk":"x")", R"("desk":[])"}) {
    EXPECT_FALSE(refusal_of(std::string(R"({"v":1,"type":"reply",)") + odd + "," + id)) << "the words are read all the same: " << odd;
  }
}

TEST_F(AnswerFormat, AFillerLooksLikeAnAnswerAndOpensForNobody) {
  const auto filler = make_filler().value();
  EXPECT_EQ(filler.size(), seal("x").front().size());
  EXPECT_EQ(open_answer(*identity_, filler).error(), Errc::wrong_key);
}

}  // namespace
}  // namespace hotline::crypto
