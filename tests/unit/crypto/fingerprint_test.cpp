#include "crypto/fingerprint.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

namespace hotline::crypto {
namespace {

/// Whether one letter put in, left out, changed or swapped with its neighbour makes one word of the other.
bool within_one_edit(std::string_view a, std::string_view b) {
  if (a.size() < b.size()) std::swap(a, b);
  if (a.size() - b.size() > 1) return false;
  const std::size_t first = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
  if (a.size() != b.size()) return a.substr(first + 1) == b.substr(first);
  if (first == a.size() || a.substr(first + 1) == b.substr(first + 1)) return true;
  return first + 1 < a.size() && a[first] == b[first + 1] && a[first + 1] == b[first] && a.substr(first + 2) == b.substr(first + 2);
}

TEST(Fingerprint, WordsCannotBeTakenForEachOther) {
  ASSERT_TRUE(within_one_edit("beach", "peach") && within_one_edit("rain", "train") && within_one_edit("form", "from"));
  ASSERT_FALSE(within_one_edit("violet", "violin"));
  const auto& words = fingerprint_word_list();
  for (std::size_t i = 0; i < words.size(); ++i) {
    EXPECT_TRUE(words[i].size() >= 3 && words[i].size() <= 8) << words[i];
    EXPECT_TRUE(std::ranges::all_of(words[i], [](char c) { return c >= 'a' && c <= 'z'; })) << words[i];
    for (std::size_t j = 0; j < i; ++j) EXPECT_FALSE(within_one_edit(words[i], words[j])) << words[i] << " " << words[j];
  }
  EXPECT_TRUE(std::ranges::is_sorted(words));
}

TEST(Fingerprint, HasEightWordsAndThirtyTwoDigits) {
  const ByteArray<32> key{1, 2, 3};
  const std::string words = fingerprint_words(key);
  const std::string hex = fingerprint_hex(key);
  EXPECT_EQ(std::ranges::count(words, '-'), 7);
  EXPECT_EQ(hex.size(), 39U);
  EXPECT_EQ(std::ranges::count(hex, ' '), 7);
  // The words are the first digits: each word's number is a pair of them.
  std::string digits;
  std::ranges::copy_if(hex, std::back_inserter(digits), [](char c) { return c != ' '; });
  std::size_t start = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    const std::size_t end = std::min(words.find('-', start), words.size());
    EXPECT_EQ(fingerprint_word_list()[std::stoul(digits.substr(2 * i, 2), nullptr, 16)], words.substr(start, end - start));
    start = end + 1;
  }
}

TEST(Fingerprint, AnotherKeyHasAnother) {
  std::set<std::string> seen;
  for (Byte i = 0; i < 200; ++i) seen.insert(fingerprint_words(ByteArray<32>{i}));
  EXPECT_EQ(seen.size(), 200U);
  EXPECT_NE(fingerprint_hex(ByteArray<32>{1}), fingerprint_hex(ByteArray<32>{2}));
}

}  // namespace
}  // namespace hotline::crypto
