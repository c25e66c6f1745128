#pragma once

#include <string_view>

namespace hotline::sms {

/// What a text means that is nothing but one word, in English or Spanish, in any case, with or without accents and full stops.
enum class Keyword {
  none,
  stop,     ///< STOP, ALTO …: no more texts to this number
  start,    ///< START, INICIO …: texts again
  help,     ///< HELP, AYUDA, INFO
  yes,      ///< 1, YES, Y, SI, S
  no,       ///< 2, NO, N
  skip,     ///< 3, SKIP, SALTAR
};

/// Any thread.
Keyword keyword_of(std::string_view text) noexcept;

}  // namespace hotline::sms
