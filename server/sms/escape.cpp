#include "server/sms/escape.hpp"

#include "config/bytes.hpp"

namespace hotline::sms {

using crypto::SecretBuffer;

namespace {

bool unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

}  // namespace

void append_hex(SecretBuffer& out, unsigned value, int digits) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out.push_back(static_cast<Byte>(hex[(value >> shift) & 15U]));
}

void append_escaped(SecretBuffer& out, std::string_view text, Escape escape) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (escape == Escape::none) {
      out.push_back(byte);
    } else if (escape == Escape::json) {
      if (c == '"' || c == '\\') out.push_back('\\');
      if (byte < 0x20) {
        out.append(std::string_view("\\u"));
        append_hex(out, byte, 4);
      } else {
        out.push_back(byte);
      }
    } else if (unreserved(c)) {
      out.push_back(byte);
    } else if (escape == Escape::form && c == ' ') {
      out.push_back('+');
    } else {
      out.push_back('%');
      append_hex(out, byte, 2);
    }
  }
}

}  // namespace hotline::sms
