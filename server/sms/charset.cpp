#include "server/sms/charset.hpp"

#include "crypto/encoding.hpp"

#include <array>
#include <cstdint>

namespace hotline::sms {

namespace {

using crypto::SecretBuffer;

constexpr char32_t replacement = 0xfffd;

/// 3GPP TS 23.038, section 6.2.1. The place of the escape holds 0.
constexpr std::array<char16_t, 128> gsm_basic{
    u'@', u'£', u'$', u'¥', u'è', u'é', u'ù', u'ì', u'ò', u'Ç', u'\n', u'Ø', u'ø', u'\r', u'Å', u'å',
    u'Δ', u'_', u'Φ', u'Γ', u'Λ', u'Ω', u'Π', u'Ψ', u'Σ', u'Θ', u'Ξ', 0, u'Æ', u'æ', u'ß', u'É',
    u' ', u'!', u'"', u'#', u'¤', u'%', u'&', u'\'', u'(', u')', u'*', u'+', u',', u'-', u'.', u'/',
    u'0', u'1', u'2', u'3', u'4', u'5', u'6', u'7', u'8', u'9', u':', u';', u'<', u'=', u'>', u'?',
    u'¡', u'A', u'B', u'C', u'D', u'E', u'F', u'G', u'H', u'I', u'J', u'K', u'L', u'M', u'N', u'O',
    u'P', u'Q', u'R', u'S', u'T', u'U', u'V', u'W', u'X', u'Y', u'Z', u'Ä', u'Ö', u'Ñ', u'Ü', u'§',
    u'¿', u'a', u'b', u'c', u'd', u'e', u'f', u'g', u'h', u'i', u'j', u'k', u'l', u'm', u'n', u'o',
    u'p', u'q', u'r', u's', u't', u'u', u'v', u'w', u'x', u'y', u'z', u'ä', u'ö', u'ñ', u'ü', u'à'};
constexpr Byte gsm_escape = 0x1b;

/// Section 6.2.1.1: what follows an escape. 0: not in the table.
constexpr char16_t gsm_extended(Byte septet) {
  switch (septet) {
    case 0x0a: return u'\n';      // a page break
    case 0x14: return u'^';
    case 0x28: return u'{';
    case 0x29: return u'}';
    case 0x2f: return u'\\';
    case 0x3c: return u'[';
    case 0x3d: return u'~';
    case 0x3e: return u']';
    case 0x40: return u'|';
    case 0x65: return u'€';
    default: return 0;
  }
}

/// Where it differs from ISO 8859-1: 0x80 to 0x9f. 0x81, 0x8d, 0x8f, 0x90 and 0x9d stay control characters.
constexpr std::array<char16_t, 32> windows_block{
    0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d,   0x017d, 0x8f,
    0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178};

class Writer {
 public:
  explicit Writer(std::size_t expected) { out_.text.reserve(expected); }

  void put(char32_t c) {
    const auto byte = [&](char32_t value) { out_.text.push_back(static_cast<Byte>(value)); };
    if (c < 0x80) {
      byte(c);
    } else if (c < 0x800) {
      byte(0xc0 | (c >> 6));
      byte(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
      byte(0xe0 | (c >> 12));
      byte(0x80 | ((c >> 6) & 0x3f));
      byte(0x80 | (c & 0x3f));
    } else {
      byte(0xf0 | (c >> 18));
      byte(0x80 | ((c >> 12) & 0x3f));
      byte(0x80 | ((c >> 6) & 0x3f));
      byte(0x80 | (c & 0x3f));
    }
  }
  void put_replacement() {
    put(replacement);
    out_.repaired = true;
  }
  Decoded take() { return std::move(out_); }

 private:
  Decoded out_;
};

constexpr bool is_high_surrogate(char32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
constexpr bool is_low_surrogate(char32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

Decoded from_utf16be(Bytes bytes) {
  Writer out(bytes.size() * 3 / 2 + 3);
  const auto unit = [&](std::size_t at) { return static_cast<char32_t>(bytes[at]) << 8 | bytes[at + 1]; };
  std::size_t at = 0;
  while (at + 1 < bytes.size()) {
    const char32_t first = unit(at);
    at += 2;
    if (is_high_surrogate(first) && at + 1 < bytes.size() && is_low_surrogate(unit(at))) {
      out.put(0x10000 + ((first - 0xd800) << 10) + (unit(at) - 0xdc00));
      at += 2;
    } else if (is_high_surrogate(first) || is_low_surrogate(first)) {
      out.put_replacement();
    } else {
      out.put(first);
    }
  }
  if (at != bytes.size()) out.put_replacement();
  return out.take();
}

Decoded from_gsm7(Bytes bytes) {
  Writer out(bytes.size() * 2);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const Byte septet = bytes[at];
    if (septet == gsm_escape && at + 1 < bytes.size()) {
      // What the table does not know is shown as the basic character, as 6.2.1.1 asks of receivers.
      const Byte next = bytes[++at];
      const char16_t extended = gsm_extended(next);
      if (extended != 0) {
        out.put(extended);
      } else if (next < gsm_basic.size() && gsm_basic[next] != 0) {
        out.put(gsm_basic[next]);
      } else {
        out.put_replacement();
      }
    } else if (septet < gsm_basic.size() && gsm_basic[septet] != 0) {
      out.put(gsm_basic[septet]);
    } else {
      out.put_replacement();
    }
  }
  return out.take();
}

Decoded from_single_bytes(Bytes bytes, bool windows) {
  Writer out(bytes.size() * 2);
  for (const Byte byte : bytes) out.put(windows && byte >= 0x80 && byte < 0xa0 ? windows_block[byte - 0x80] : static_cast<char32_t>(byte));
  return out.take();
}

int hex_digit(Byte c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Decoded decode(Charset charset, Bytes bytes) {
  switch (charset) {
    case Charset::utf16be: return from_utf16be(bytes);
    case Charset::latin1: return from_single_bytes(bytes, false);
    case Charset::windows1252: return from_single_bytes(bytes, true);
    case Charset::gsm7: return from_gsm7(bytes);
    case Charset::utf8: break;
  }
  return {SecretBuffer(bytes), false};
}

Result<SecretBuffer> unpack_percent(Bytes bytes) {
  SecretBuffer out;
  out.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (bytes[at] != '%') {
      out.push_back(bytes[at]);
      continue;
    }
    if (at + 2 >= bytes.size()) return Errc::malformed;
    const int high = hex_digit(bytes[at + 1]);
    const int low = hex_digit(bytes[at + 2]);
    if (high < 0 || low < 0) return Errc::malformed;
    out.push_back(static_cast<Byte>(high * 16 + low));
    at += 2;
  }
  return out;
}

Result<SecretBuffer> unpack(Unpack how, Bytes bytes) {
  if (how == Unpack::percent) return unpack_percent(bytes);
  if (how == Unpack::base64) return crypto::secret_from_base64(as_text(bytes), crypto::Base64::standard);
  auto raw = crypto::from_hex(as_text(bytes));
  if (!raw) return raw.error();
  SecretBuffer out{Bytes(*raw)};
  crypto::wipe(*raw);
  return out;
}

}  // namespace hotline::sms
