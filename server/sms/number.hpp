#pragma once

#include "crypto/secret.hpp"

#include <string_view>

namespace hotline::sms {

/// Where numbers without a country code are from: a region of CLDR in upper case.
inline constexpr std::string_view home_region = "BZ";

/// Reads the tables of all regions, which takes some 10 ms, so that no text waits for it. Any thread, more than once.
void load_number_tables();

/// A sender or receiver as gateways write it, made alike: E.164 ("+5016221234") where libphonenumber finds that possible, whether it
/// came with "+", with a space that was a "+" until a form was decoded, with "00" or "011", with the country code alone or without
/// any, with spaces, dots, dashes and brackets, with full-width digits, or as a "tel:" address (RFC 3966). After "whatsapp:" and
/// "rcs:" the number is made alike and the channel stays, as an answer has to go the same way. Short codes, names ("BELTEL") and all
/// that is in doubt stay as they are, apart from spaces around them and "tel:". What was made alike stays so. Any thread.
crypto::SecretBuffer normalise_number(std::string_view text, std::string_view region = home_region);

}  // namespace hotline::sms
