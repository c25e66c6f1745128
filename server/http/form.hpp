#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "crypto/secret.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hotline::http {

struct FormField {
  std::string name;
  crypto::SecretBuffer value;  ///< decoded bytes as they came: any encoding, any control character
};

/// The first field of that name, or null.
const FormField* find_field(const std::vector<FormField>& fields, std::string_view name);

/// application/x-www-form-urlencoded (WHATWG URL, section 5.1), fed piece by piece. No I/O. One thread at a time.
/// After a failure the parser is spent.
class FormParser {
 public:
  /// `bytes_max` bounds all names and values together, decoded.
  FormParser(std::size_t fields_max, std::size_t bytes_max);

  /// Errc::malformed for a broken %-escape, Errc::too_large past a limit.
  Result<void> feed(Bytes piece);
  /// Of all names and values so far, decoded.
  std::size_t bytes() const noexcept { return bytes_; }
  /// The fields in their order; Errc::malformed when the input ended within an escape.
  Result<std::vector<FormField>> finish();

 private:
  Result<void> take(char c);
  Result<void> put(char c);

  std::size_t fields_max_;
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::vector<FormField> fields_;
  bool open_ = false;      ///< the last field is still being filled
  bool in_value_ = false;
  int escape_digits_ = -1; ///< within an escape: digits seen; otherwise -1
  int escape_high_ = 0;
};

}  // namespace hotline::http
