#pragma once

#include <span>
#include <string>
#include <string_view>

namespace hotline::cli {

/// One line of a table for a spreadsheet (RFC 4180, ending with CR LF). Every field is in quotes. What a spreadsheet would take for a
/// formula (it begins with = + - @, a tab or a line end, also behind spaces) gets an apostrophe in front: a reporter's words must not calculate on
/// the desk's machine. Control characters but line feeds are replaced as on a terminal.
std::string csv_line(std::span<const std::string> fields);

}  // namespace hotline::cli
