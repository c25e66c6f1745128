#pragma once

#include "server/intake/page_settings.hpp"
#include "server/intake/questionnaire.hpp"
#include "web/catalogue.hpp"
#include "web/sheet.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace hotline::intake {

/// All pages of one language, drawn at start.
struct PageSet {
  using Shared = std::shared_ptr<const std::string>;

  Shared first;
  Shared check;
  Shared error_other;
  std::map<int, Shared> errors;       ///< by status
  web::Sheet tell;                    ///< gap: token
  web::Sheet tell_again;              ///< gaps: token, visit, problem, where, still_here, value:KEY, checked:KEY=VALUE
  web::Sheet tell_anew;               ///< gaps: token, problem; nothing of what was typed
  web::Sheet sent;                    ///< gaps: code, visit
  web::Sheet answers;                 ///< gap: visit
  web::Sheet answers_on;              ///< gap: visit
  web::Sheet answers_again;           ///< gaps: problem, code, invalid, visit
  web::Sheet found;                   ///< gaps: replies, code, token, visit, checked:desk=ID
  web::Sheet found_again;             ///< gaps: problem, where, still_here, replies, code, token, visit, value:message, checked:KEY=VALUE, open:KEYS
  web::Sheet message_sent;            ///< gap: visit
  web::Sheet consents_kept;           ///< gap: visit
  web::Sheet delete_asked;            ///< gap: visit
  web::Sheet reply;                   ///< gaps: number, desk, part_missing, outcome, words
  std::string no_reply;
  std::string still_here;             ///< markup that says so of what was typed
  std::string part_missing;           ///< markup that warns of it
  std::string deleted;                ///< markup: what came of a wish to delete
  std::string kept;
  std::map<std::string, std::string, std::less<>> desks;      ///< names by id, not escaped; empty when there is one
  std::map<std::string, std::string, std::less<>> places;     ///< by question or field: markup of a link to it
  std::map<std::string, std::string, std::less<>> problems;   ///< texts by id, not escaped
};

/// The id of the text for a problem that has none of its own.
inline constexpr std::string_view problem_general = "problem.general";

/// Draws every page of a language. Throws std::logic_error when a built-in template and this code do not fit.
PageSet draw_pages(const std::string& language, const PageSettings& settings, const Questionnaire& questionnaire,
                   const web::Catalogues& catalogues, const std::string& style_path);

}  // namespace hotline::intake
