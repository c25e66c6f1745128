#pragma once

#include <string_view>

namespace hotline::conversation {

/// Whether a text asks for no answer, no call, no message ("please dont reply", "no me conteste"), told word by word: there is a no, and nothing
/// but small words between it and what is not wanted. Who says of others that they do not call, asks why nobody answers, or wants no call to
/// the police, asks for no silence. Knows how hurried people write. No I/O.
class Refusal {
 public:
  /// A word of PlainWords, the next of the text.
  void read(std::string_view word) noexcept;
  /// After the last.
  bool told() const noexcept { return (told_ || half_) && !why_; }

 private:
  enum class Before { other, pronoun, you, does, helper, can, don };
  static Before kind_of(std::string_view word) noexcept;
  bool is_of_others() const noexcept;
  void read_after_no(std::string_view word) noexcept;

  Before last_ = Before::other;
  Before last_but_one_ = Before::other;
  bool open_ = false;           ///< a no was read, and only small words since
  bool of_others_ = false;      ///< somebody else is who does not
  bool wish_ = false;           ///< "I do not want …": an infinitive behind it is the person's own
  bool to_me_ = false;          ///< "no me …"
  bool half_ = false;           ///< "do not call …": whom, is still to be read
  bool why_ = false;
  bool told_ = false;
};

}  // namespace hotline::conversation
