#pragma once

#include "crypto/secret.hpp"

#include <string>

namespace hotline::storage::sqlcipher {

/// Where a thread gets its connection, the first time and again after a failure.
struct Source {
  std::string path;
  const crypto::LockedKey& key;   ///< outlives the thread
};

}  // namespace hotline::storage::sqlcipher
