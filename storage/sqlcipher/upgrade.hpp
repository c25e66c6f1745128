#pragma once

#include "config/error.hpp"
#include "crypto/secret.hpp"

#include <cstdint>
#include <string>

namespace hotline::storage {

/// The copy that is made of a database before its schema changes: beside it, under the same key, mode 0600. There is one at most.
std::string upgrade_copy_path(const std::string& database);

/// Makes it, checked and on stable storage, in the place of one of an earlier upgrade. Nothing else is touched. Refused with one line when the
/// disk has no room for it, and whenever backup_database would refuse.
Outcome<void> copy_before_upgrade(const std::string& database, const crypto::LockedKey& key);

/// Removes it once it is older than `days`: what was deleted since must not live on in it. True when one was removed.
bool remove_old_upgrade_copy(const std::string& database, std::int64_t now_seconds, std::int64_t days) noexcept;

}  // namespace hotline::storage
