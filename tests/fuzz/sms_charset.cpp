#include "crypto/encoding.hpp"
#include "crypto/secret.hpp"
#include "server/http/utf8.hpp"
#include "server/sms/charset.hpp"
#include "tests/fuzz/check.hpp"

#include <cstddef>
#include <cstdint>

using namespace hotline;

/// Whatever bytes come, each alphabet gives UTF-8 and loses no character: the first byte tells which, the rest is the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  crypto::initialise();
  if (size == 0) return 0;
  const Bytes bytes(data + 1, size - 1);
  const auto charset = static_cast<sms::Charset>(data[0] % 5);
  const sms::Decoded decoded = sms::decode(charset, bytes);
  if (charset != sms::Charset::utf8) {
    FUZZ_CHECK(http::valid_utf8(decoded.text.reveal()));
    FUZZ_CHECK(decoded.text.empty() == bytes.empty());
    FUZZ_CHECK(decoded.text.size() <= bytes.size() * 3 + 3);
  }
  const bool single = charset == sms::Charset::latin1 || charset == sms::Charset::windows1252;
  FUZZ_CHECK(!single || (decoded.text.size() >= bytes.size() && !decoded.repaired));

  const auto plain = sms::unpack(sms::Unpack::percent, bytes);
  if (plain) FUZZ_CHECK(plain->size() <= bytes.size());
  const std::string hex = crypto::to_hex(bytes);
  const auto back = sms::unpack(sms::Unpack::hex, as_bytes(hex));
  FUZZ_CHECK(back && as_text(back->reveal()) == as_text(bytes));
  const auto decoded64 = sms::unpack(sms::Unpack::base64, bytes);
  if (decoded64) FUZZ_CHECK(crypto::to_base64(decoded64->reveal(), crypto::Base64::standard) == as_text(bytes));
  return 0;
}
