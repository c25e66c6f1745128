#pragma once

#include "crypto/secret_json.hpp"
#include "server/cli/casebook.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace hotline::cli {

/// What a list shows of a case without opening its events: docs/formats.md, section 9. No input and output.

/// Before sealing, padding left out.
inline constexpr std::size_t summary_bytes_max = 8 * 1024;
inline constexpr std::size_t summary_reports_max = 60;

/// Writes the members of a summary's body for a thread and its facts as they are after a change. `event`: the number of the last event
/// that is known. `reports_max`: how many reports it names at most.
void write_summary(crypto::SecretJson& body, const Thread& thread, const CaseFacts& facts, std::int64_t event,
                   std::size_t reports_max = summary_reports_max);

/// White space and control characters as single spaces, none at the ends; cut before `bytes_max` between characters, then "…".
std::string short_text(std::string_view text, std::size_t bytes_max);

}  // namespace hotline::cli
