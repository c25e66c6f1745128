#pragma once

#include "server/smpp/pdu.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace hotline::smpp {

/// "00 0a…" with blanks anywhere, as bytes.
inline std::string from_hex(std::string_view hex) {
  std::string out;
  int high = -1;
  for (const char c : hex) {
    if (c == ' ' || c == '\n') continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high < 0) {
      high = digit;
    } else {
      out.push_back(static_cast<char>(high * 16 + digit));
      high = -1;
    }
  }
  return out;
}

/// With the right length in front of what follows it.
inline std::string framed(std::string_view rest) {
  const std::size_t size = rest.size() + 4;
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(size >> shift & 0xff));
  return out.append(rest);
}

inline ShortMessage message_of(std::string_view text, std::uint8_t data_coding = 0, std::uint8_t esm_class = 0) {
  ShortMessage message;
  message.source = {1, 1, crypto::SecretBuffer("5016200001")};
  message.destination = {3, 0, crypto::SecretBuffer("555")};
  message.esm_class = esm_class;
  message.data_coding = data_coding;
  message.text = crypto::SecretBuffer(text);
  return message;
}

inline std::string bytes_of(Command command, std::uint32_t sequence, decltype(Pdu::body) body = {}, Status status = Status::ok) {
  const Pdu pdu{command, status, sequence, std::move(body)};
  const auto bytes = write(pdu);
  return bytes ? std::string(bytes->reveal_text()) : std::string();
}

inline Named named(std::string_view name) { return {crypto::SecretBuffer(name), {}}; }

}  // namespace hotline::smpp
