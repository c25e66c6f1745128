#pragma once

#include "server/console/accounts.hpp"

#include <boost/json.hpp>

namespace hotline::console {

enum class SecondFactorOutcome {
  right,
  wrong,            ///< also: used before, or not of this sign-in
  too_many_codes,   ///< codes of this account are not looked at for a while, right or wrong
};

/// Wrong codes of one account after which codes are not looked at until WrongAnswers::forgotten_after has passed without another.
/// Whoever gets as far as codes knows the passphrase: a million codes must not be tried out with it. Passkeys go on.
inline constexpr unsigned wrong_codes_max = 20;

/// Checks `totp` or `passkey` of a second step's body against the member's factors, and takes note of it so that it is good once.
http::Awaitable<Result<SecondFactorOutcome>> check_second_factor(const Context& context, Accounts& accounts, const Ticket& ticket,
                                                                 const boost::json::object& body);
http::Response second_factor_refused(SecondFactorOutcome outcome);

}  // namespace hotline::console
