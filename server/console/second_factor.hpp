#pragma once

#include "server/console/accounts.hpp"

#include <boost/json.hpp>

#include <optional>

namespace hotline::console {

enum class SecondFactorOutcome {
  right,
  wrong,            ///< also: used before, or not of this sign-in
  too_many_codes,   ///< codes of this account are not looked at for a while, right or wrong
};

/// Wrong codes of one account after which codes are not looked at until WrongAnswers::forgotten_after has passed without another.
/// Whoever gets as far as codes knows the passphrase: a million codes must not be tried out with it. Passkeys go on.
inline constexpr unsigned wrong_codes_max = 20;

/// A ticket for a second step, and with what it may be used: `SecondStep` of openapi.json.
boost::json::object second_step_of(const Context& context, Accounts& accounts, Ticket::For purpose, const storage::Member& member,
                                   const std::vector<storage::SecondFactor>& factors);

/// Checks `totp` or `passkey` of a second step's body against the member's factors, and takes note of it so that it is good once.
http::Awaitable<Result<SecondFactorOutcome>> check_second_factor(const Context& context, Accounts& accounts, const Ticket& ticket,
                                                                 const boost::json::object& body);
http::Response second_factor_refused(SecondFactorOutcome outcome);

/// The same for a second step as a whole: nothing when it was right; else the answer, after the refusal was written down and a wrong
/// answer has waited.
http::Awaitable<std::optional<http::Response>> refuse_second_step(const Context& context, Accounts& accounts, const Ticket& ticket,
                                                                  const storage::Member& member, const boost::json::object& body);

}  // namespace hotline::console
