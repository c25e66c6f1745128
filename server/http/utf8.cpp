#include "server/http/utf8.hpp"

#include "config/utf8.hpp"

#include <algorithm>

namespace hotline::http {

bool valid_utf8(Bytes bytes) noexcept { return is_utf8(as_text(bytes)); }

namespace {

constexpr bool is_kept(Byte lead) noexcept { return (lead >= 0x20 && lead != 0x7f) || lead == '\t' || lead == '\n'; }

}  // namespace

bool loses_by_cleaning(Bytes bytes) noexcept {
  return !valid_utf8(bytes) || !std::all_of(bytes.begin(), bytes.end(), [](Byte byte) { return is_kept(byte) || byte == '\r'; });
}

crypto::SecretBuffer clean_text(Bytes bytes) {
  crypto::SecretBuffer clean;
  clean.reserve(bytes.size());
  while (!bytes.empty()) {
    const Utf8Step step = utf8_step(as_text(bytes));
    const Byte lead = bytes[0];
    if (!step.valid) {
      clean.append(std::string_view("\xef\xbf\xbd"));
    } else if (lead == '\r') {
      if (bytes.size() < 2 || bytes[1] != '\n') clean.push_back('\n');
    } else if (is_kept(lead)) {
      clean.append(bytes.first(step.bytes));
    }
    bytes = bytes.subspan(step.bytes);
  }
  return clean;
}

}  // namespace hotline::http
