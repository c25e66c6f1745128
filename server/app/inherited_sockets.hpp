#pragma once

#include "config/error.hpp"
#include "server/http/bound_socket.hpp"

#include <vector>

namespace hotline::app {

/// Sockets that a service manager opened before this process began, for the two listeners.
struct InheritedSockets {
  std::vector<http::BoundSocket> public_sockets;
  std::vector<http::BoundSocket> console_sockets;
};

/// Takes what LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES offer (sd_listen_fds(3)); the names are "public" and "console". Nothing when it is not
/// meant for this process. Removes the variables. Before threads start, and once. A name that is not known, and what is no
/// listening socket, is refused with a line.
Outcome<InheritedSockets> take_inherited_sockets();

}  // namespace hotline::app
