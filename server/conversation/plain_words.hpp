#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace hotline::conversation {

/// The words of a person's text one by one: letters and digits, small, without accents ("¿Está?" is "esta", "don't" is "dont"). What is
/// in its hands is wiped when it ends. No I/O.
class PlainWords {
 public:
  /// `text`: UTF-8; outlives this.
  explicit PlainWords(std::string_view text) noexcept : rest_(text) {}
  ~PlainWords();
  PlainWords(const PlainWords&) = delete;
  PlainWords& operator=(const PlainWords&) = delete;

  /// The next word, until the next call; empty at the end. Of a long one only the beginning.
  std::string_view next() noexcept;

 private:
  std::string_view rest_;
  std::array<char, 24> word_{};
};

}  // namespace hotline::conversation
