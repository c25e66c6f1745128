#pragma once

#include "crypto/secret.hpp"

#include <span>
#include <string_view>

namespace hotline::crypto {

/// What a reporter writes down to come back: 75 random bits as 15 symbols and a check symbol, "K7QX-2M9P-4RTW-8ZHC".
/// docs/formats.md section 3; the symbols and the check are those of crypto/typed_code.hpp.
/// The code's bytes, wherever it is hashed, are its 16 symbols in upper case without separators.
class ReturnCode {
 public:
  static constexpr std::size_t symbols = 16;

  /// The code of a form's 32-byte token: the first 75 bits, highest first, of HKDF-SHA256(token, info "hotline/v1/return-code").
  static ReturnCode from_token(Bytes token) noexcept;
  /// As read_code() of typed_code.hpp. Errc::malformed: not 16 symbols. Errc::authentication_failed: one was misread or two swapped.
  static Result<ReturnCode> parse(std::string_view typed) noexcept;

  ReturnCode duplicate() const noexcept { return ReturnCode(text_.duplicate()); }
  /// The 16 symbols.
  std::span<const Byte, symbols> reveal() const noexcept { return text_.reveal(); }
  /// In four groups with dashes, 19 bytes.
  SecretBuffer to_text() const;

 private:
  explicit ReturnCode(Secret<symbols> text) noexcept : text_(std::move(text)) {}
  Secret<symbols> text_;
};

}  // namespace hotline::crypto
