#pragma once

#include "crypto/secret.hpp"

#include <string_view>

namespace hotline::sms {

/// A sender or receiver as gateways write it, made alike: "tel:", spaces, dots, dashes and brackets go, "00" becomes "+", and
/// so does a space in front of digits, which is a "+" that someone forgot to escape. Short codes, numbers without "+"
/// or "00" and names ("BELTEL", "whatsapp:+501…") stay as they are, apart from spaces around them.
crypto::SecretBuffer normalise_number(std::string_view text);

}  // namespace hotline::sms
