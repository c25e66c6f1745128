#pragma once

#include "server/cli/casebook.hpp"
#include "server/cli/connection.hpp"

#include <string_view>

namespace hotline::cli {

/// Answers the reporter of a thread: opens a case for it if there is none, stores the answer under the next free tags of the
/// reporter's mailbox, and records it in the case, signed. The line says what was done when it stops half way.
Outcome<void> reply_to(Connection& connection, const Casebook& book, const Thread& thread, std::string_view text);

}  // namespace hotline::cli
