#pragma once

#include "config/local_text.hpp"
#include "web/catalogue.hpp"

#include <map>
#include <string>
#include <string_view>

namespace hotline::intake {

/// The texts of one language with the numbers of the settings put in. Used at start, by one thread.
class PageTexts {
 public:
  /// `language` is one of the catalogues, which outlive this; `fallback` is the desk's own language.
  PageTexts(const web::Catalogues& catalogues, std::string language, std::string fallback);

  /// From now on every `{name}` of a text becomes `value`.
  void set(const std::string& name, std::string value) { facts_["{" + name + "}"] = std::move(value); }

  const std::string& language() const { return language_; }
  /// A text of the catalogue; one that this language lacks is in English.
  std::string operator()(std::string_view key) const;
  bool has(std::string_view key) const;
  /// A text of the settings.
  std::string of(const LocalText& text) const { return std::string(text.in(language_, fallback_)); }
  /// The text of the settings; where they have none, that of the catalogue.
  std::string of(const LocalText& text, std::string_view key) const { return text.empty() ? (*this)(key) : of(text); }

 private:
  std::string language_;
  std::string fallback_;
  const web::Catalogue& catalogue_;
  std::map<std::string, std::string> facts_;
};

}  // namespace hotline::intake
