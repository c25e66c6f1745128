#pragma once

#include "config/error.hpp"
#include "crypto/secret.hpp"

#include <string>

namespace hotline::storage {

/// The database key on disk: 32 random bytes as 64 hex digits and a newline, mode 0600.

/// Makes a new one and waits until it is on stable storage. Never overwrites: a lost key is a lost database.
Outcome<void> create_key_file(const std::string& path);
/// Whether there is a key to be read: the file, a credential of its name that was handed over, or the file that the service manager opens.
bool key_is_there(const std::string& path);
/// Reads it into locked memory. Refused with one line that says what to do: missing, not 64 hex digits, readable by others,
/// owned by another user. A credential of the file's name that a service manager handed over ($CREDENTIALS_DIRECTORY, systemd.exec(5)) is
/// taken instead: then the file itself may be root's, or be kept encrypted.
Outcome<crypto::LockedKey> load_key_file(const std::string& named);

}  // namespace hotline::storage
