#include "web/html.hpp"

namespace hotline::web {
namespace {

/// What stands for a character, or nothing when it may stand as it is.
std::string_view entity(char character) {
  switch (character) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    case '\t':
    case '\n':
    case '\r': return {};
    default: break;
  }
  const auto byte = static_cast<unsigned char>(character);
  return byte < 0x20 || byte == 0x7f ? std::string_view("\xEF\xBF\xBD") : std::string_view();
}

}  // namespace

void HtmlWriter::markup(std::string_view html) {
  size_ += html.size();
  if (into_ != nullptr) into_->append(html);
}

void HtmlWriter::text(std::string_view words) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view instead = entity(words[i]);
    if (instead.empty()) continue;
    markup(words.substr(start, i - start));
    markup(instead);
    start = i + 1;
  }
  markup(words.substr(start));
}

std::string escape_html(std::string_view words) {
  std::string html;
  HtmlWriter(&html).text(words);
  return html;
}

}  // namespace hotline::web
