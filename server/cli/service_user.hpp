#pragma once

#include "config/error.hpp"
#include "config/settings.hpp"
#include "crypto/secret.hpp"

namespace hotline::cli {

/// The database key, as the user whose database it is: root goes on as the owner of the database's folder, for good, so that no file
/// of root's comes to lie where the service must write. A key file of root's own is read before that. Without threads.
Outcome<crypto::LockedKey> load_database_key(const Settings& settings);

/// A new key file. It belongs to the owner of its folder.
Outcome<void> make_database_key(const Settings& settings);

}  // namespace hotline::cli
