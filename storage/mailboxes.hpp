#pragma once

#include "config/bytes.hpp"
#include "storage/awaitable.hpp"

#include <vector>

namespace hotline::storage {

using Tag = ByteArray<16>;      ///< docs/formats.md section 4: what an answer is stored under

struct Answer {
  Tag tag{};
  ByteVector sealed;            ///< age file to the reporter, padded to 4 KiB inside
};

/// Answers for reporters, blind: a tag, what is sealed, and the day it ends. The table has no row number,
/// so that not even the order of storing links two answers.
class Mailboxes {
 public:
  virtual ~Mailboxes() = default;
  /// Errc::conflict when the tag holds another answer. The very same answer again is stored already: done.
  virtual Awaitable<Result<void>> put(Answer answer, std::int64_t expiry_day) = 0;
  /// Those of the tags that are there, in the order asked; the same look-ups for every tag.
  virtual Awaitable<Result<std::vector<Answer>>> get(std::vector<Tag> tags) = 0;
};

}  // namespace hotline::storage
