#include "server/http/html.hpp"

namespace hotline::http {
namespace {

template <class Out>
void escape_into(Out& out, std::string_view text) {
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string_view entity;
    switch (text[i]) {
      case '&': entity = "&amp;"; break;
      case '<': entity = "&lt;"; break;
      case '>': entity = "&gt;"; break;
      case '"': entity = "&quot;"; break;
      case '\'': entity = "&#39;"; break;
      default: continue;
    }
    out.append(text.substr(done, i - done));
    out.append(entity);
    done = i + 1;
  }
  out.append(text.substr(done));
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size() + text.size() / 8);
  escape_into(escaped, text);
  return escaped;
}

void append_escaped_html(std::string& out, std::string_view text) { escape_into(out, text); }
void append_escaped_html(crypto::SecretBuffer& out, std::string_view text) { escape_into(out, text); }

}  // namespace hotline::http
