#pragma once

#include "config/error.hpp"
#include "config/settings.hpp"

namespace hotline::app {

/// Runs the server that the settings describe until SIGTERM or SIGINT; SIGHUP reads the TLS certificates again, and so does a change of
/// their files. Sockets that a service manager hands over take the place of the settings' addresses; it is told when the server is ready, reloads, stops, lives.
/// Start: lock down, key, confine, database, desk, pages, gateways, listeners. Stop: the same backwards: no new connections, requests
/// at hand finish, the writer drains, keys are wiped. Fails with one line when it cannot start.
Outcome<void> run_server(Settings settings);

}  // namespace hotline::app
