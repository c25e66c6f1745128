#pragma once

#include "config/error.hpp"

namespace hotline::app {

/// What the process gives up before it reads its first secret:
/// core dumps (RLIMIT_CORE 0), being traced or read by others (PR_SET_DUMPABLE 0), gaining rights (no_new_privs),
/// being swapped out (mlockall of what is touched, now and later).
struct Lockdown {
  bool memory_locked = false;   ///< false: the lock limit is too small; see memory_advice
};

/// The line that tells an operator what to do when memory cannot be locked.
extern const char memory_advice[];

/// Call first thing, before threads start. Fails only where the kernel refuses what it always grants.
/// Under a sanitizer, tracing and memory stay as they are: the sanitizers need both.
Outcome<Lockdown> lock_down_process();

}  // namespace hotline::app
