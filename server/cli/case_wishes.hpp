#pragma once

#include "server/cli/casebook.hpp"

#include <string>
#include <vector>

namespace hotline::cli {

/// What a reporter wants to be done with their words: what holds now, whichever message said it.
struct Wishes {
  struct Withdrawn {
    std::string consent;
    std::int64_t hour = 0;              ///< when the message came that left it out; hours since 1970
  };
  std::vector<std::string> never;       ///< names of desks that must never be told; what was said once stays said
  std::vector<std::string> consents;    ///< who may be told now: the last set that was given replaced all before it
  bool write_back = false;              ///< agreed to be written to
  std::vector<Withdrawn> withdrawn;     ///< allowed once and not now; `write_back` among them
  bool delete_asked = false;            ///< asked that everything be deleted, and nobody has answered that yet
  std::int64_t delete_asked_hour = 0;   ///< when last
  const OpenedEvent* deletion = nullptr;   ///< deletion was begun and not finished; lives in the thread
  const OpenedEvent* kept = nullptr;       ///< the last wish to delete was answered by keeping; lives in the thread
};

/// The thread must outlive what is returned.
Wishes wishes_of(const Thread& thread);

/// The language in which the reporter told us first, or empty.
std::string language_of(const Thread& thread);

}  // namespace hotline::cli
