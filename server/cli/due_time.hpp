#pragma once

#include "config/error.hpp"

#include <cstdint>
#include <string_view>

namespace hotline::cli {

/// The hour (since 1970) that somebody means by "+3h", "+2d", "2026-12-01" (its last hour) or "2026-12-01 14:00", in UTC as all times of the
/// command line. The line says how to write it.
Outcome<std::int64_t> due_hour_of(std::string_view text, std::int64_t now_hour);

}  // namespace hotline::cli
