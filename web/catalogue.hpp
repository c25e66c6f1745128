#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hotline::web {

/// The texts of one language, read from a compiled gettext catalogue (.mo; gettext manual, "The Format of GNU MO Files").
/// Message ids are symbols ("tell.heading"); English is a catalogue like the others. Views into the image given to parse().
class Catalogue {
 public:
  /// Either byte order; every offset is checked. Errc::malformed, or Errc::unsupported for a revision or charset
  /// that is not UTF-8. The image must outlive the catalogue.
  static Result<Catalogue> parse(Bytes image);

  /// The text, or nothing when this language lacks it.
  std::optional<std::string_view> find(std::string_view key) const;
  /// The text; else that of the catalogue to fall back to; else the key itself, so that a page is never empty.
  std::string_view text(std::string_view key) const;
  std::vector<std::string_view> keys() const;

  /// `other` must outlive this one.
  void fall_back_to(const Catalogue& other) { fallback_ = &other; }

 private:
  std::unordered_map<std::string_view, std::string_view> texts_;
  const Catalogue* fallback_ = nullptr;
};

/// All languages: those that were built in, and what is added. Made at start, then read by any thread.
class Catalogues {
 public:
  /// Throws std::logic_error when a built-in catalogue cannot be read.
  Catalogues();
  Catalogues(const Catalogues&) = delete;
  Catalogues& operator=(const Catalogues&) = delete;

  /// One more language, or another edition of one; the image must outlive this. Not while others read.
  /// Fails as Catalogue::parse.
  Result<void> add(std::string language, Bytes image);
  /// Null when that language is not there.
  const Catalogue* find(std::string_view language) const;
  std::vector<std::string> languages() const;

 private:
  std::map<std::string, Catalogue, std::less<>> catalogues_;
};

}  // namespace hotline::web
