#pragma once

#include "config/ids.hpp"
#include "storage/activity.hpp"
#include "storage/awaitable.hpp"
#include "storage/grants.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hotline::storage {

struct Epoch {
  EpochId id;
  DeskId desk;
  ByteVector recipient;             ///< X-Wing public key, 1,216 bytes
  std::int64_t not_before = 0;      ///< seconds since 1970
  std::int64_t not_after = 0;
  ByteArray<64> signature{};        ///< Ed25519 by the desk key; crypto/signing.hpp
};

struct Desk {
  DeskId id;
  std::string name;
  ByteArray<32> desk_key{};         ///< Ed25519 public key
  bool demo = false;
};

/// Desks and the epochs that reporters seal to.
class Desks {
 public:
  virtual ~Desks() = default;
  virtual Awaitable<Result<void>> add(Desk desk) = 0;               ///< Errc::conflict: name or id taken
  virtual Awaitable<Result<std::vector<Desk>>> list() = 0;           ///< in order of creation
  /// With the grants that open it and the lines that tell of it, in one commit: what reporters seal to, somebody can open.
  virtual Awaitable<Result<void>> add_epoch(Epoch epoch, std::vector<Grant> grants = {}, ActivityLines lines = {}) = 0;
  virtual Awaitable<Result<std::vector<Epoch>>> epochs(DeskId desk) = 0;  ///< oldest first
};

}  // namespace hotline::storage
