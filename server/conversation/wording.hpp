#pragma once

#include "config/bytes.hpp"
#include "config/settings.hpp"
#include "web/catalogue.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::conversation {

/// What the server says to a phone by itself.
enum class Say { language, safe, not_safe, must_tell, child, leave, where, code, danger, neutral };
inline constexpr std::size_t say_count = 10;

/// The server's own texts in each language, and by which words a language is told. Made at start, then unchanged; any thread.
class Wording {
 public:
  /// The languages of the settings that have texts for phones (`sms.…` of web/i18n); English when none has. Copies what it needs.
  Wording(const web::Catalogues& catalogues, const LanguageSettings& languages, const EmergencySettings& emergency);

  std::size_t languages() const noexcept { return languages_.size(); }
  /// BCP 47.
  const std::string& tag(std::size_t language) const { return languages_.at(language).tag; }
  /// The settings' default, or the first.
  std::size_t fallback() const noexcept { return fallback_; }
  /// The language most of whose own words are among the first of a text; nothing when none is, or two are alike.
  std::optional<std::size_t> told_by(std::string_view text) const;

  /// A text; without a language that of the fallback, but for `danger`, which is then told in all of them.
  /// `code`: what {code} becomes.
  std::string text(Say what, std::optional<std::size_t> language, std::string_view code = {}) const;
  /// A code word such as "TREE-48-MOON-7", from four random bytes.
  std::string code(std::size_t language, const ByteArray<4>& bytes) const;

 private:
  struct Language {
    std::string tag;
    std::array<std::string, say_count> texts;
    std::vector<std::string> code_words;
    std::vector<std::string> own_words;   ///< sorted
  };
  std::vector<Language> languages_;
  std::size_t fallback_ = 0;
};

}  // namespace hotline::conversation
