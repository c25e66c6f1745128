#pragma once

#include "config/bytes.hpp"
#include "crypto/secret.hpp"

namespace hotline::http {

/// Whether the bytes are UTF-8 (RFC 3629): shortest forms only, no surrogates, nothing above U+10FFFF.
bool valid_utf8(Bytes bytes) noexcept;

/// What a person typed, made fit for storing and showing: NUL, DEL and the control characters below U+0020 are left out, but
/// for tab and line feed; CR LF and a lone CR become LF; what is not UTF-8 becomes U+FFFD (one for each faulty part), so
/// that no report is refused for its encoding.
crypto::SecretBuffer clean_text(Bytes bytes);

/// Whether clean_text leaves something out or replaces it: then only the bytes tell what was written.
bool loses_by_cleaning(Bytes bytes) noexcept;

}  // namespace hotline::http
