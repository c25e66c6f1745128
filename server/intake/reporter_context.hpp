#pragma once

#include "config/clock.hpp"
#include "config/limits.hpp"
#include "server/http/router.hpp"
#include "server/intake/argon2_pool.hpp"
#include "server/intake/pages.hpp"
#include "server/intake/questionnaire.hpp"
#include "server/intake/upload_slots.hpp"
#include "storage/current_epoch.hpp"
#include "storage/stores.hpp"

namespace hotline::intake {

/// What the reporter's pages and API share. Everything outlives the router.
struct ReporterContext {
  storage::Stores& stores;
  storage::CurrentEpochs& epochs;
  Argon2Pool& argon2;
  UploadSlots& uploads;
  const Pages& pages;
  const Questionnaire& questionnaire;
  const Clock& clock;
  const Limits& limits;
  DeskId desk;                      ///< whom reports go to
};

}  // namespace hotline::intake
