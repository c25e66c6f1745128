#pragma once

#include "config/ids.hpp"
#include "config/limits.hpp"
#include "config/settings.hpp"
#include "server/intake/questionnaire.hpp"
#include "web/catalogue.hpp"
#include "web/sheet.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::intake {

/// A desk that reporters may choose.
struct OfferedDesk {
  DeskId id;
  LocalText shown;                    ///< what reporters read; never empty
  LocalText about;                    ///< one sentence; may be empty
};

/// What the pages must know of a desk. All of it is public.
struct PageSettings {
  std::string desk_name;              ///< empty: not named
  LocalText title;                    ///< of tabs and history; empty: the neutral one of the language
  std::string exit_url = "https://www.wikipedia.org/";
  EmergencySettings emergency;
  LanguageSettings languages;
  Limits limits;
  unsigned read_days = 3;             ///< within which the desk aims to read everything
  LocalText retention;                ///< one sentence; empty: nothing is said
  std::string icon;                   ///< SVG source; empty: none
  std::vector<OfferedDesk> desks;     ///< none or one: nothing to choose
  bool demo = false;                  ///< every page says that nobody reads it
};

/// All pages of one language, drawn at start.
struct PageSet {
  using Shared = std::shared_ptr<const std::string>;

  Shared first;
  Shared check;
  Shared answers;
  Shared message_sent;
  Shared delete_asked;
  Shared error_other;
  std::map<int, Shared> errors;       ///< by status
  web::Sheet tell;                    ///< gap: token
  web::Sheet tell_again;              ///< gaps: token, problem, value:KEY, checked:KEY=VALUE
  web::Sheet sent;                    ///< gap: code
  web::Sheet answers_again;           ///< gaps: problem, code
  web::Sheet found;                   ///< gaps: replies, code, token
  web::Sheet found_again;             ///< gaps: problem, replies, code, token, message
  web::Sheet reply;                   ///< gaps: number, words
  std::string no_reply;
  std::map<std::string, std::string, std::less<>> problems;   ///< texts by id, not escaped
};

/// The id of the text for a problem that has none of its own.
inline constexpr std::string_view problem_general = "problem.general";

/// Draws every page of a language. Throws std::logic_error when a built-in template and this code do not fit.
PageSet draw_pages(const std::string& language, const PageSettings& settings, const Questionnaire& questionnaire,
                   const web::Catalogues& catalogues, const std::string& style_path);

}  // namespace hotline::intake
