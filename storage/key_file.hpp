#pragma once

#include "config/error.hpp"
#include "crypto/secret.hpp"

#include <string>

namespace hotline::storage {

/// The database key on disk: 32 random bytes as 64 hex digits and a newline, mode 0600.

/// Makes a new one and waits until it is on stable storage. Never overwrites: a lost key is a lost database.
Outcome<void> create_key_file(const std::string& path);
/// Reads it into locked memory. Refused with one line that says what to do: missing, not 64 hex digits, readable by others,
/// owned by another user.
Outcome<crypto::LockedKey> load_key_file(const std::string& path);

}  // namespace hotline::storage
