#pragma once

#include "storage/desks.hpp"
#include "storage/grants.hpp"
#include "storage/members.hpp"

#include <vector>

namespace hotline::storage {

/// A new desk with all that it needs to be reported to and to be read.
struct Founding {
  Desk desk;
  Member admin;
  Epoch epoch;
  std::vector<Grant> grants;        ///< the desk key's and the epoch's, to the admin
  ActivityLines lines{};
};

/// How desks come to be: by whoever holds the database, or once by whoever holds the code that `hotline init` printed.
class Foundings {
 public:
  virtual ~Foundings() = default;
  /// All of it in one commit, so that no crash leaves a desk that nobody can open. A code that was offered ends with it.
  /// Errc::conflict: a name or an id is taken.
  virtual Awaitable<Result<void>> found(Founding founding) = 0;
  /// Offers the founding of the first desk. Only a hash of the code is kept; an earlier code ends. Errc::conflict: there is a desk.
  virtual Awaitable<Result<void>> offer(ByteArray<32> code_hash, std::int64_t expiry_hour) = 0;
  /// Whether that code still founds a desk; Errc::not_found when it is unknown, used or too old.
  virtual Awaitable<Result<void>> offered(ByteArray<32> code_hash, std::int64_t now_hour) = 0;
  /// found() with the code, which is used up in the same commit. Errc::not_found as above.
  virtual Awaitable<Result<void>> found_by_code(ByteArray<32> code_hash, std::int64_t now_hour, Founding founding) = 0;
};

}  // namespace hotline::storage
