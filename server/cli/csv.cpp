#include "server/cli/csv.hpp"

#include "server/cli/terminal.hpp"

namespace hotline::cli {
namespace {

/// Full-width forms of the four signs count too: some spreadsheets fold them.
bool looks_like_formula(std::string_view text) {
  const auto start = text.find_first_not_of(' ');
  if (start == std::string_view::npos) return false;
  text.remove_prefix(start);
  constexpr std::string_view starts = "=+-@\t\r\n|%";
  if (starts.find(text.front()) != std::string_view::npos) return true;
  return text.starts_with("＝") || text.starts_with("＋") || text.starts_with("－") || text.starts_with("＠");
}

}  // namespace

std::string csv_line(std::span<const std::string> fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) line += ',';
    line += '"';
    const bool formula = looks_like_formula(field);
    if (formula) line += '\'';
    for (const char c : printable(field)) {
      if (c == '"') line += '"';
      line += c;
    }
    line += '"';
  }
  return line + "\r\n";
}

}  // namespace hotline::cli
