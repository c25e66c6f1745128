#pragma once

#include <span>
#include <string>
#include <string_view>

namespace hotline::intake {

/// What a request says about language; empty where it says nothing. None of it is trusted or echoed.
struct LanguageWishes {
  std::string_view path;       ///< first segment of the path
  std::string_view query;      ///< value of ?lang=
  std::string_view accept;     ///< Accept-Language
};

/// One of `available`: the path's, else the query's, else the best of Accept-Language (RFC 9110 section 12.5.4, matched by
/// RFC 4647 look-up: "es-BZ" finds "es"), else `fallback`. Case does not matter. Broken parts of the header are skipped;
/// at most 32 parts are read.
std::string choose_language(const LanguageWishes& wishes, std::span<const std::string> available, std::string_view fallback);

/// Value of `lang` in a raw query ("lang=es&x=1"), or empty. Language tags need no percent-decoding.
std::string_view language_of_query(std::string_view raw_query);

}  // namespace hotline::intake
