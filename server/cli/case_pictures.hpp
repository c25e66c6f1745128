#pragma once

#include "server/cli/casebook.hpp"
#include "server/cli/text_parts.hpp"

#include <boost/json.hpp>

#include <string>
#include <vector>

namespace hotline::cli {

/// Pictures that a gateway kept when it delivered a text, and that the server fetches afterwards: each comes as a report of its own, and
/// belongs to its text by a reference that only the two know. No input and output.

/// The references that a text names; none unless a gateway delivered it, and none of a picture.
std::vector<std::string> picture_references(const OpenedReport& report);
/// The reference of the text that this report brings a picture for; empty when it brings none.
std::string brought_picture(const OpenedReport& report);

/// The pictures of a message: type, state ("waiting", "here", "failed", "not-fetched"), and problem, report, received, file where there are such.
boost::json::array pictures_of(const Thread& thread, const ThreadMessage& message);
/// The same in lines for a terminal.
std::vector<std::string> picture_lines(const Thread& thread, const ThreadMessage& message);

}  // namespace hotline::cli
