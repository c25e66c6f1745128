#pragma once

#include "config/clock.hpp"
#include "config/limits.hpp"
#include "server/http/router.hpp"
#include "server/intake/addressees.hpp"
#include "server/intake/argon2_pool.hpp"
#include "server/intake/crowd.hpp"
#include "server/intake/pages.hpp"
#include "server/intake/questionnaire.hpp"
#include "server/intake/way_out.hpp"
#include "server/http/text_space.hpp"
#include "server/http/upload_slots.hpp"
#include "storage/current_epoch.hpp"
#include "storage/stores.hpp"

namespace hotline::intake {

/// What the reporter's pages and API share. Everything outlives the router.
struct ReporterContext {
  storage::Stores& stores;
  storage::CurrentEpochs& epochs;
  Argon2Pool& argon2;
  http::UploadSlots& uploads;
  http::TextSpace& text;
  Crowd& crowd;
  WayOut& way_out;
  const Pages& pages;
  const Questionnaire& questionnaire;
  const Clock& clock;
  const Limits& limits;
  const Addressees& addressees;     ///< whom reports go to
  DeskId house;                     ///< the server's first desk: its id salts every return code, whichever desk a report goes to
};

}  // namespace hotline::intake
