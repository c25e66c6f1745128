#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "crypto/secret.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

/// The textual header of an age file (C2SP age.md, "Header"): version line, recipient stanzas, MAC.
namespace hotline::crypto::age {

using FileKey = Secret<16>;

struct Stanza {
  std::vector<std::string> arguments;  ///< the first names the type
  ByteVector body;
};

struct Header {
  std::vector<Stanza> stanzas;
  ByteArray<32> mac;
  std::size_t authenticated_bytes = 0;  ///< what the MAC covers: all up to and including "---"
  std::size_t size_bytes = 0;           ///< the whole header; the payload follows
};

/// Finds the end of the header in the beginning of a file, without checking the rest; `searched_bytes` may be left out
/// because an earlier call with less found nothing there. Nothing when the MAC line is not complete yet.
std::optional<std::size_t> find_header_end(Bytes beginning, std::size_t searched_bytes = 0) noexcept;

/// Whether this can be, or become, the beginning of an age v1 file.
bool may_be_header(Bytes beginning) noexcept;

/// Reads the header at the beginning of a file; what follows it is not looked at.
/// Strict as the specification demands. Errc::malformed; Errc::too_large above Limits::age_header_bytes_max.
Result<Header> parse_header(Bytes file);

/// Writes the header, its MAC made with the file key. Stanzas need one argument or more, of visible ASCII characters.
ByteVector write_header(std::span<const Stanza> stanzas, const FileKey& file_key);

/// Errc::authentication_failed when the MAC was not made with this key over these bytes.
/// `file` is what `header` was read from.
Result<void> verify_header(const Header& header, Bytes file, const FileKey& file_key);

}  // namespace hotline::crypto::age
