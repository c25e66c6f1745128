#pragma once

#include "config/error.hpp"
#include "crypto/answer_format.hpp"
#include "crypto/secret.hpp"
#include "server/intake/language.hpp"
#include "server/intake/page_set.hpp"
#include "server/intake/questionnaire.hpp"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::intake {

/// The reporter's pages. Drawn once at start; after that a page is a shared string, or a few pieces put together around a
/// token, a code or a person's own words, which are escaped and copied once. Any thread.
/// A language that is not offered gets the desk's own. `problem` is the id of a text ("problem.nothing", see web/i18n/en.po);
/// one that is not known becomes a general sentence.
class Pages {
 public:
  using Shared = std::shared_ptr<const std::string>;

  /// One line when a language of the settings is not there, a question has no words, or the exit address will not do.
  static Outcome<Pages> create(const PageSettings& settings, const Questionnaire& questionnaire);

  /// Where the stylesheet is ("/s/<hash>.css": it may be kept for ever) and what it holds (text/css).
  const std::string& style_path() const { return style_path_; }
  const Shared& style() const { return style_; }

  std::string language(const LanguageWishes& wishes) const { return choose_language(wishes, languages_, fallback_); }
  const std::vector<std::string>& languages() const { return languages_; }
  /// Whether a first path segment is one of the languages, as written in links.
  bool speaks(std::string_view language) const { return sets_.contains(language); }

  const Shared& first(std::string_view language) const { return set(language).first; }
  const Shared& check(std::string_view language) const { return set(language).check; }

  /// The empty form. `token`: base64url, as docs/formats.md section 3.
  std::string tell(std::string_view language, std::string_view token) const;
  /// The form again (422, 413, 503) with what was typed; files must be picked anew. `visit`: what the way out ends (visit.hpp). `question`: key of the one to be mended; the
  /// page links to it. Empty: none, or several.
  std::string tell_again(std::string_view language, std::string_view token, std::string_view visit, const Answers& typed, std::string_view problem,
                         std::string_view question = {}) const;
  /// The empty form after one that could not be read to its end: it does not say that what was typed is still there.
  std::string tell_anew(std::string_view language, std::string_view token, std::string_view problem) const;
  /// After it was stored. `code` as people read it: K7QX-2M9P-4RTW-8ZHC.
  std::string sent(std::string_view language, std::string_view code, std::string_view visit) const;

  std::string answers_form(std::string_view language, std::string_view visit) const;
  /// For who has just written: the visit goes on, and the way out ends it.
  std::string answers_form_on(std::string_view language, std::string_view visit) const;
  std::string answers_form_again(std::string_view language, std::string_view visit, std::string_view typed_code, std::string_view problem) const;
  /// Answers, and the form to write again: it posts `code`, `t` (the token) and `v` (the visit) with `message`, `file` and what is ticked;
  /// its buttons add nothing, `delete` or `consents`. On a server with several desks, the desk that answered last is chosen beforehand.
  struct Found {
    std::string_view code;
    std::string_view token;
    std::string_view visit;
    std::optional<std::span<const crypto::JoinedAnswer>> replies;   ///< oldest first; none: "Nothing new yet"; not there: not read
    const Answers* typed = nullptr;                   ///< what comes back to be mended; null: fresh
    std::string_view problem;                         ///< id of a text; with `typed` only
    std::string_view question = {};                   ///< what is to be mended: a question's key, desk, message, file or consents; or empty
  };
  std::string answers_found(std::string_view language, const Found& found) const;
  std::string message_sent(std::string_view language, std::string_view visit) const;
  std::string delete_asked(std::string_view language, std::string_view visit) const;
  std::string consents_kept(std::string_view language, std::string_view visit) const;

  /// What went wrong in words, by HTTP status. Nothing of the request is in it.
  const Shared& error(std::string_view language, int status) const;

 private:
  Pages() = default;
  const PageSet& set(std::string_view language) const;

  std::string style_path_;
  Shared style_;
  std::vector<std::string> languages_;
  std::string fallback_;
  std::map<std::string, PageSet, std::less<>> sets_;
};

}  // namespace hotline::intake
