#pragma once

#include "crypto/age_keys.hpp"
#include "crypto/mailbox.hpp"
#include "crypto/return_code.hpp"
#include "server/intake/argon2_pool.hpp"

namespace hotline::intake {

/// A return code's mailbox, opened for the length of a request.
struct OpenMailbox {
  crypto::MailboxKeys keys;
  crypto::age::Identity identity;
  crypto::age::Recipient recipient;
};

/// Derives on an Argon2 slot, in the turn that `standing` gives; Errc::busy when too many wait. The code is kept by the caller.
boost::asio::awaitable<Result<OpenMailbox>> open_mailbox(Argon2Pool& pool, Standing standing, const crypto::ReturnCode& code, DeskId desk);

}  // namespace hotline::intake
