#pragma once

#include "config/ids.hpp"
#include "storage/activity.hpp"
#include "storage/awaitable.hpp"

#include <vector>

namespace hotline::storage {

enum class ScopeKind : std::uint8_t { desk_key = 1, epoch = 2, case_ = 3 };

/// The identity of a scope, sealed to one member's recipient. Holding it is the only access there is. docs/formats.md section 2.
struct Grant {
  ScopeKind kind = ScopeKind::epoch;
  ByteArray<16> scope{};            ///< id of the desk, epoch or case
  MemberId member;
  ByteVector sealed;                ///< age file of an `identity` object
};

class Grants {
 public:
  virtual ~Grants() = default;
  /// All or none, with the lines that tell of it. A grant that is there already is left as it is.
  virtual Awaitable<Result<void>> add(std::vector<Grant> grants, ActivityLines lines = {}) = 0;
  virtual Awaitable<Result<std::vector<Grant>>> of_member(MemberId member) = 0;
  virtual Awaitable<Result<void>> remove_scope(ScopeKind kind, ByteArray<16> scope) = 0;
};

}  // namespace hotline::storage
