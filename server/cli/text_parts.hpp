#pragma once

#include "server/cli/casebook.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace hotline::cli {

/// What a person sent as one message: a report as it is, or a long text whose parts came as reports of their own.
struct ThreadMessage {
  std::vector<std::size_t> reports;    ///< all that make it, in order of arrival, copies of a part too: places in what was given; never empty
  std::vector<std::size_t> pictures;   ///< reports that bring, or tell why they do not bring, its pictures: see case_pictures.hpp
  int parts = 0;                       ///< of how many parts the text is; 0 for a report that is no part
  std::vector<int> missing;            ///< the parts that have not come, from 1, in order
  std::string text;                    ///< the words in the order of the parts; what is missing is told in its place, see missing_text()
  std::vector<std::string> flags;      ///< of all its parts, each once; "incomplete" while parts are missing
  int urgency = 4;                     ///< 0 to 4: of its most urgent part, or 0 when the words put together tell of danger
};

/// The messages of one thread, given its reports in order of arrival; a message stands where its first part came.
/// Parts belong together when gateway, sender, receiver, reference and count are the same, in whatever order they came. References are
/// used again: a part that came already with other words, or more than 24 hours after the first, begins another message.
/// A part is believed only when a gateway delivered it. A report that brings a picture belongs to the message that names it; one that no
/// message names stands alone. No input and output.
std::vector<ThreadMessage> messages_of(std::span<const OpenedReport> reports);

/// What stands in place of parts that have not come: "[part 2 of 3 has not come]", "[parts 1, 4 to 6 of 7 have not come]".
/// The desk's words, not the person's.
std::string missing_text(std::span<const int> missing, int parts);

/// The flags of a report's content, each once; none unless a gateway delivered it.
std::vector<std::string> flags_of(const OpenedReport& report);

}  // namespace hotline::cli
