#pragma once

#include "config/ids.hpp"
#include "storage/activity.hpp"
#include "storage/awaitable.hpp"

#include <string>
#include <vector>

namespace hotline::storage {

enum class FactorKind : std::uint8_t { totp = 1, passkey = 2 };

/// What a member shows besides the passphrase.
struct SecondFactor {
  FactorId id;
  MemberId member;
  FactorKind kind = FactorKind::totp;
  std::string name;                 ///< of a passkey, as its owner calls it; empty for TOTP
  std::int64_t created_day = 0;
  ByteVector key;                   ///< TOTP: the shared secret, 20 bytes. Passkey: the public key, as libfido2 gives it for the algorithm
  ByteVector credential;            ///< a passkey's credential id, 1 to 1,023 bytes; empty for TOTP
  std::int32_t algorithm = 0;       ///< a passkey's COSE algorithm (RFC 9053): -7, -8 or -257; 0 for TOTP
  std::int64_t counter = 0;         ///< TOTP: the last time step that was used. Passkey: the authenticator's signature counter
};

/// How many one member may have.
inline constexpr std::size_t second_factors_max = 16;

/// What is added or removed is written down in the same commit.
class SecondFactors {
 public:
  virtual ~SecondFactors() = default;
  virtual Awaitable<Result<std::vector<SecondFactor>>> of_member(MemberId member) = 0;   ///< in order of adding
  /// A TOTP takes the place of an earlier one, in the same commit. Errc::conflict: a passkey that is there already, or too many.
  /// Errc::not_found: no such member.
  virtual Awaitable<Result<void>> add(SecondFactor factor, ActivityLines lines) = 0;
  /// Takes note of a code or an assertion, so that it is good once: `counter` must be above the last one, but a passkey that does not
  /// count stays at 0. Errc::duplicate when it is not. Errc::not_found.
  virtual Awaitable<Result<void>> use(FactorId id, std::int64_t counter) = 0;
  /// Errc::not_found: not that member's. Errc::forbidden: the last one, with `keep_one`.
  virtual Awaitable<Result<void>> remove(MemberId member, FactorId id, bool keep_one, ActivityLines lines) = 0;
  virtual Awaitable<Result<void>> remove_all(MemberId member, ActivityLines lines) = 0;
};

}  // namespace hotline::storage
