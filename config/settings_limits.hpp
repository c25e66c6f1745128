#pragma once

#include "config/limits.hpp"
#include "config/settings_section.hpp"

namespace hotline::settings_detail {

/// [limits]: every bound that an operator may change, by its name in config/limits.hpp; durations in whole seconds.
/// Not to be changed: report_bytes_max and age_header_bytes_max (formats), blob_chunk_bytes (layout of stored rows).
Limits read_limits(Section section);
/// [retention]: days after which something is destroyed by time.
void read_retention(Section section, Limits& limits);

}  // namespace hotline::settings_detail
