#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"

#include <string>
#include <string_view>

/// The ASCII form of age files: strict PEM (RFC 7468, figure 3) with the label "AGE ENCRYPTED FILE".
/// One file has one form: 64 columns, canonical base64; only line ends (LF or CRLF) and white space around it are free.
namespace hotline::crypto::age {

std::string to_armor(Bytes file);
/// Errc::malformed.
Result<ByteVector> from_armor(std::string_view text);

/// Whether a file that begins so is armored, if it is an age file at all: binary ones begin with "age-encryption.org".
bool may_be_armor(Byte first) noexcept;

/// Reads armor that comes in pieces, in constant memory.
class ArmorReader {
 public:
  /// Appends what it decodes, line by line. Errc::malformed.
  Result<void> update(Bytes text, ByteVector& out);
  /// The text has ended. Errc::malformed when the end line is missing.
  Result<void> finish();

 private:
  enum class Place { before, body, after };
  Result<void> read_line(std::string_view line, ByteVector& out);
  Result<void> skip_space(Bytes& text);

  Place place_ = Place::before;
  bool last_line_seen_ = false;  // a short or padded one: only the end line may follow
  std::size_t space_ = 0;
  std::string line_;
};

}  // namespace hotline::crypto::age
