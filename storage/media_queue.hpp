#pragma once

#include "config/bytes.hpp"
#include "storage/awaitable.hpp"

#include <vector>

namespace hotline::storage {

/// A picture that a gateway still keeps.
struct WaitingMedia {
  std::int64_t number = 0;          ///< order of arrival
  std::int64_t queued_hour = 0;
  ByteVector sealed;                ///< under a key of the server: where it is, and to which text it belongs. No phone number
};

/// Pictures to be fetched from gateways. They are queued in the commit of their text (NewReport::media_waiting), and leave in the commit of
/// the report that brings them (NewReport::media_done), or with their text when that is deleted.
class MediaQueue {
 public:
  virtual ~MediaQueue() = default;
  /// With a number over `after`, oldest first, at most `count_max`.
  virtual Awaitable<Result<std::vector<WaitingMedia>>> list(std::int64_t after, std::size_t count_max) = 0;
};

}  // namespace hotline::storage
