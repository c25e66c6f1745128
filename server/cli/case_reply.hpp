#pragma once

#include "server/cli/casebook.hpp"
#include "server/cli/connection.hpp"

#include <string_view>

namespace hotline::cli {

/// Answers the reporter `to`, one of those whom the case of `file` is about (case_people.hpp): opens a case if there is none, stores the answer under
/// the next free tags of their mailbox, and records it in the case, signed. The line says what was done when it stops half way.
Outcome<void> reply_to(Connection& connection, const Casebook& book, const Thread& file, const Thread& to, std::string_view text);

}  // namespace hotline::cli
