#pragma once

#include "config/settings.hpp"
#include "server/intake/questionnaire.hpp"
#include "web/catalogue.hpp"

#include <string>

namespace hotline::app {

/// The questionnaire with its texts in all languages, as JSON for those who read the answers:
/// `{"questions":[{"key","kind","section","texts","options","sign","strong","touches","maps_to","grants"}],"sections","rules"}`, texts by
/// language; rules as the reporter's script has them. Made once, at start.
std::string questions_json(const intake::Questionnaire& questionnaire, const web::Catalogues& catalogues, const LanguageSettings& languages);

}  // namespace hotline::app
