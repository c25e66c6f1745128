#include "server/intake/report_code.hpp"

namespace hotline::intake {

boost::asio::awaitable<Result<OpenMailbox>> open_mailbox(Argon2Pool& pool, Standing standing, const crypto::ReturnCode& code, DeskId desk) {
  auto work = [copy = code.duplicate(), desk]() -> Result<OpenMailbox> {
    auto keys = crypto::derive_mailbox(copy, desk);
    if (!keys) return keys.error();
    auto identity = crypto::age::Identity::from_seed(keys->seed.duplicate());
    auto recipient = identity.recipient();
    return OpenMailbox{std::move(*keys), std::move(identity), std::move(recipient)};
  };
  co_return co_await pool.run(standing, std::move(work));
}

}  // namespace hotline::intake
