#include "crypto/return_code.hpp"

#include "crypto/hash.hpp"
#include "crypto/typed_code.hpp"

namespace hotline::crypto {
namespace {

constexpr std::size_t data_symbols = ReturnCode::symbols - 1;

Secret<ReturnCode::symbols> written(std::span<const Byte, ReturnCode::symbols> values) noexcept {
  Secret<ReturnCode::symbols> text;
  for (std::size_t i = 0; i < values.size(); ++i) text.reveal_mutable()[i] = static_cast<Byte>(code_symbol(values[i]));
  return text;
}

}  // namespace

ReturnCode ReturnCode::from_token(Bytes token) noexcept {
  const Secret<32> bits = hkdf_sha256(token, "hotline/v1/return-code");
  Secret<symbols> values;
  const auto out = values.reveal_mutable();
  for (std::size_t i = 0; i < data_symbols; ++i) {
    const std::size_t bit = 5 * i;
    const unsigned two = static_cast<unsigned>(bits.reveal()[bit / 8]) << 8 | bits.reveal()[bit / 8 + 1];
    out[i] = static_cast<Byte>(two >> (11 - bit % 8) & 31U);
  }
  out[data_symbols] = static_cast<Byte>(code_check(out.first<data_symbols>()));
  return ReturnCode(written(out));
}

Result<ReturnCode> ReturnCode::parse(std::string_view typed) noexcept {
  Secret<symbols> values;
  if (const auto read = read_code(typed, values.reveal_mutable()); !read) return read.error();
  if (code_check(values.reveal()) != 0) return Errc::authentication_failed;
  return ReturnCode(written(values.reveal()));
}

SecretBuffer ReturnCode::to_text() const {
  SecretBuffer text;
  text.reserve(symbols + 3);
  for (std::size_t i = 0; i < symbols; i += 4) {
    if (i != 0) text.push_back('-');
    text.append(Bytes(text_.reveal()).subspan(i, 4));
  }
  return text;
}

}  // namespace hotline::crypto
