#pragma once

#include "config/error.hpp"
#include "crypto/secret.hpp"

#include <string_view>

namespace hotline::cli {

/// Whether a member may take this passphrase: 12 bytes at least, none of the commonest ones (the first 3,000 and all long ones of a list of
/// 49,000), none that is little more than one of these, the member's name or "hotline". The server never sees a passphrase; the console in the
/// browser asks the same (web/console/src/keys/passphrase_rules.ts).
Outcome<void> may_be_passphrase(const crypto::SecretBuffer& passphrase, std::string_view member_name);

}  // namespace hotline::cli
