#include "web/sheet.hpp"

#include <stdexcept>

namespace hotline::web {
namespace {

// Start and end of text in ASCII: neither our texts nor HTML can hold them.
constexpr char gap_start = '\x02';
constexpr char gap_end = '\x03';

}  // namespace

std::string gap(std::string_view name) { return gap_start + std::string(name) + gap_end; }

Sheet::Sheet(std::string_view drawn) {
  while (true) {
    const std::size_t start = drawn.find(gap_start);
    add(drawn.substr(0, start));
    if (start == std::string_view::npos) return;
    const std::size_t end = drawn.find(gap_end, start);
    if (end == std::string_view::npos) throw std::logic_error("a gap of a page has no end");
    pieces_.push_back({std::string(drawn.substr(start + 1, end - start - 1)), true});
    drawn.remove_prefix(end + 1);
  }
}

void Sheet::add(std::string_view markup) {
  if (markup.empty()) return;
  if (pieces_.empty() || pieces_.back().is_gap) pieces_.emplace_back();
  pieces_.back().text.append(markup);
}

void Sheet::write(HtmlWriter& to, const Fill& fill) const {
  for (const Piece& piece : pieces_) {
    if (piece.is_gap) {
      fill(piece.text, to);
    } else {
      to.markup(piece.text);
    }
  }
}

std::string Sheet::fill(const Fill& fill) const {
  HtmlWriter count;
  write(count, fill);
  std::string page;
  page.reserve(count.size());
  HtmlWriter writer(&page);
  write(writer, fill);
  return page;
}

Sheet Sheet::with(const std::function<bool(std::string_view gap, HtmlWriter& to)>& decide) const {
  Sheet sheet;
  for (const Piece& piece : pieces_) {
    std::string filled;
    HtmlWriter writer(&filled);
    if (!piece.is_gap) {
      sheet.add(piece.text);
    } else if (decide(piece.text, writer)) {
      sheet.add(filled);
    } else {
      sheet.pieces_.push_back(piece);
    }
  }
  return sheet;
}

std::string Sheet::finish() const {
  return fill([](std::string_view name, HtmlWriter&) { throw std::logic_error("a gap was left open: " + std::string(name)); });
}

}  // namespace hotline::web
