#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hotline::web {

/// Adds to a page. First counts, then writes, so that the page's memory is asked for once and a person's words
/// are copied once.
class HtmlWriter {
 public:
  /// Without a string it only counts.
  explicit HtmlWriter(std::string* into = nullptr) : into_(into) {}

  /// Our own markup, as it is.
  void markup(std::string_view html);
  /// Anything else: & < > " ' become entities (safe in text and in quoted attributes), control characters that HTML
  /// forbids become U+FFFD.
  void text(std::string_view words);
  std::size_t size() const { return size_; }

 private:
  std::string* into_;
  std::size_t size_ = 0;
};

/// The same for short texts of our own.
std::string escape_html(std::string_view words);

}  // namespace hotline::web
