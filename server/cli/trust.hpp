#pragma once

#include "server/cli/console_client.hpp"
#include "server/cli/keyring.hpp"

#include <string>
#include <vector>

namespace hotline::cli {

/// Whether what the server says of a desk holds: the desk key is the one of `words` (when given) and the one this member holds
/// (when they hold it), every epoch is signed by it, and nobody is named twice. The line says which does not.
Outcome<void> check_desk(const DeskView& desk, const Keyring& keyring, const std::string& words);

/// The members whose keys an admin vouched for with the desk key: the only ones to seal identities to.
std::vector<storage::Member> vouched_members(const DeskView& desk);

/// Those, and who has left of whom the same is true: the only ones whose signatures count.
std::vector<storage::Member> vouched_authors(const DeskView& desk);

/// What two people compare before one vouches for the other: words of both public keys, since the voucher is for both.
std::string member_words(const storage::Member& member);

/// An admin's voucher for a member whose words were compared.
Outcome<crypto::Signature> vouch_for(const storage::Member& member, const crypto::SigningKey& desk_key);

}  // namespace hotline::cli
