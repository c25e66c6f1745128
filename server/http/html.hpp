#pragma once

#include "crypto/secret.hpp"

#include <string>
#include <string_view>

namespace hotline::http {

/// Escapes & < > " ' for HTML text and for attribute values within quotes. Not for scripts, styles, URLs or unquoted
/// attributes: nothing of a person is ever put there.
std::string escape_html(std::string_view text);
void append_escaped_html(std::string& out, std::string_view text);
void append_escaped_html(crypto::SecretBuffer& out, std::string_view text);

}  // namespace hotline::http
