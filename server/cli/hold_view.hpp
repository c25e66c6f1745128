#pragma once

#include "server/cli/console_client.hpp"

#include <string>

namespace hotline::cli {

/// "Legal hold: asked for by maria, 2026-11-23 14:00 UTC; …" and a line's end; empty when there is none.
std::string hold_line(const storage::Hold& hold, const DeskView& desk);

}  // namespace hotline::cli
