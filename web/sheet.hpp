#pragma once

#include "web/html.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::web {

/// What a template is given where something of a single request will stand. The name holds no control characters.
std::string gap(std::string_view name);

/// A page that was drawn once, at start, with gaps to be filled for each request. A person's words never go through
/// the template engine: they are written once, escaped, into the finished page. Any thread may fill.
class Sheet {
 public:
  /// Called for each gap in order, twice in all: to count and to write. Must do the same both times.
  using Fill = std::function<void(std::string_view gap, HtmlWriter& to)>;

  /// Splits what a template drew. Throws std::logic_error when a mark of a gap is broken.
  explicit Sheet(std::string_view drawn);

  std::string fill(const Fill& fill) const;
  /// Into a page that is being filled.
  void write(HtmlWriter& to, const Fill& fill) const;
  /// The same sheet with some gaps filled for good: those for which `decide` returns true, with what it wrote.
  Sheet with(const std::function<bool(std::string_view gap, HtmlWriter& to)>& decide) const;
  /// The finished page; throws std::logic_error when gaps are left.
  std::string finish() const;

 private:
  struct Piece {
    std::string text;
    bool is_gap = false;
  };
  Sheet() = default;
  void add(std::string_view markup);
  std::vector<Piece> pieces_;
};

}  // namespace hotline::web
