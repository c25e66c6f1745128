#pragma once

#include "config/error.hpp"
#include "crypto/age_keys.hpp"

#include <span>
#include <string>

namespace hotline::storage {

/// A backup as an age file (C2SP age.md): the database inside stays encrypted with the database key, so that neither a thief of the key
/// nor a thief of the identity opens it alone. In pieces, in constant memory. Each failure is one line that says what to do.

/// Seals a file to the recipients, one at least. The result, mode 0600, gets its name only when it is whole and on stable storage;
/// an existing file is never replaced.
Outcome<void> seal_backup(const std::string& from, const std::string& to, std::span<const crypto::age::Recipient> recipients);

/// Whether the file begins as an age file does. False as well when it cannot be read.
bool is_sealed_backup(const std::string& path) noexcept;

/// What a sealed backup holds, as a new private file, synced. It is there whole or not at all: a backup that was cut off or changed
/// leaves nothing.
Outcome<void> open_backup(const std::string& from, const std::string& to, std::span<const crypto::age::Identity> identities);

}  // namespace hotline::storage
