#pragma once

#include "config/error.hpp"
#include "crypto/age_keys.hpp"

#include <string>
#include <vector>

namespace hotline::cli {

/// Reads identities as age-keygen -pq writes them: one a line; empty lines and lines that begin with # are passed over.
/// "-" is `standard_input`. At most 1 MiB.
Outcome<std::vector<crypto::age::Identity>> read_identity_file(const std::string& path, int standard_input);

}  // namespace hotline::cli
