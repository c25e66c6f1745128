#include "server/app/confinement.hpp"

#include "config/log.hpp"
#include "server/app/path_rules.hpp"
#include "server/app/system_calls.hpp"

namespace hotline::app {

Outcome<Confinement> confine([[maybe_unused]] const Permissions& permissions) {
  Confinement confinement;
#if !defined(HOTLINE_SANITIZED) && !defined(HOTLINE_COVERAGE)
  const auto landlock = restrict_paths(permissions);
  if (!landlock) return landlock.error();
  confinement.landlock = *landlock;
  if (confinement.landlock == 0) log_event(LogLevel::warning, "files_not_confined");
  const auto filtered = restrict_system_calls(permissions);
  if (!filtered) return filtered.error();
  confinement.system_calls = *filtered;
  if (!confinement.system_calls) log_event(LogLevel::warning, "system_calls_not_confined");
#endif
  return confinement;
}

}  // namespace hotline::app
