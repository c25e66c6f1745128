#pragma once

#include "config/error.hpp"
#include "server/app/permissions.hpp"

namespace hotline::app {

/// How much the kernel could take from the process.
struct Confinement {
  int landlock = 0;            ///< its version, 0: not there
  bool system_calls = false;   ///< the filter is set
};

/// Takes from the process all that `permissions` do not name (server/app/path_rules.hpp, server/app/system_calls.hpp), for good, and logs
/// what the kernel lacks. Call before threads start, with settings and key in memory. Fails with a line where the kernel refuses what it has.
/// Under a sanitizer, and in a build that measures coverage, nothing is taken: both need more than a server does.
Outcome<Confinement> confine(const Permissions& permissions);

}  // namespace hotline::app
