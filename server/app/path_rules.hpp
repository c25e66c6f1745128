#pragma once

#include "config/error.hpp"
#include "server/app/permissions.hpp"

namespace hotline::app {

/// Takes from this thread, and from all that it starts later, every file, TCP port and process that `permissions` do not name, for
/// good (Landlock, Linux 5.13). Before other threads start. Paths that are not there are left out.
/// Gives the version of Landlock that the kernel has: 0 none, nothing was done; below 4, TCP is not restrained; below 6, signals and abstract
/// sockets are not. Fails where the kernel has it and refuses.
Outcome<int> restrict_paths(const Permissions& permissions);

}  // namespace hotline::app
