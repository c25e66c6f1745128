#pragma once

#include "config/error.hpp"
#include "server/app/permissions.hpp"

namespace hotline::app {

/// Leaves this process, for good and in all its threads, only the system calls that a server needs (seccomp). The kernel
/// kills the process at a call that no server makes and an intruder would: starting programs, tracing, mounting, loading code into the kernel,
/// changing users, memory that is written and run. Any other call that is not on the list fails with ENOSYS, as on an older
/// kernel, so that a newer C library finds another way instead of ending the server. Unless `permissions` name connections to others it
/// makes sockets that listen and no others: it connects to nobody, by TCP, UDP or a Unix socket, on kernels without Landlock's ports too.
/// False: the kernel has no seccomp filters; nothing was done. Fails where it has them and refuses.
Outcome<bool> restrict_system_calls(const Permissions& permissions);

}  // namespace hotline::app
