#pragma once

#include "config/bytes.hpp"
#include "config/ids.hpp"
#include "config/limits.hpp"
#include "config/local_text.hpp"
#include "config/settings.hpp"

#include <string>
#include <vector>

namespace hotline::intake {

/// A desk that reporters may choose.
struct OfferedDesk {
  DeskId id;
  std::string name;                   ///< as it was made, by which caseworkers know it
  LocalText shown;                    ///< what reporters read; never empty
  LocalText about;                    ///< one sentence; may be empty
};

/// A compiled catalogue of a language that is not built in, or another edition of one.
struct CatalogueImage {
  std::string language;
  ByteVector image;                   ///< a .mo file
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
  std::string icon;                   ///< SVG source, a few KiB at most: it is on every page; empty: none
  std::vector<OfferedDesk> desks;     ///< none or one: nothing to choose
  std::vector<CatalogueImage> catalogues;   ///< beside those that are built in; needed only while the pages are drawn
  bool demo = false;                  ///< every page says that nobody reads it
};

}  // namespace hotline::intake
