#pragma once

#include "server/conversation/wording.hpp"
#include "server/sms/keyword.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace hotline::conversation {

/// What the server understands of a person's text. Nothing else of it is looked at.
struct Utterance {
  bool danger = false;                        ///< DANGER, PELIGRO, 9: sms::priority_of
  sms::Keyword keyword = sms::Keyword::none;  ///< of a text that is nothing but that word
  int digit = 0;                              ///< the first word, when it is 1 to 9
  bool agrees = false;                        ///< nothing but YES, SI, 1, Y or S, or begins with YES; SI with a word or two, but not as "if"
  bool refuses = false;                       ///< begins with NO, NOT, 2, CANNOT, or is nothing but N: "N Front Street" is a place
  bool unsafe = false;                        ///< seems to say that texts are not safe: in doubt it does
  bool thanks = false;                        ///< nothing but OK or thank you
  std::optional<std::size_t> language;        ///< Wording::told_by
};

/// No I/O; any thread.
Utterance understand(std::string_view text, const Wording& wording);

}  // namespace hotline::conversation
