#pragma once

#include "server/console/context.hpp"
#include "server/console/pending_factors.hpp"
#include "server/console/tickets.hpp"
#include "server/console/wrong_answers.hpp"

#include <string>

namespace hotline::console {

/// What signing in and keeping an account know between two requests: in memory only, a restart begins anew.
struct Accounts {
  Accounts(const Clock& clock, const Access& access, const Limits& limits)
      : wrong_answers(access.wrong_answer_delay, limits.wrong_answers_waiting_max),
        wrong_codes(access.wrong_answer_delay, limits.wrong_answers_waiting_max),
        tickets(clock),
        pending(clock) {}

  WrongAnswers wrong_answers;
  /// Apart, since anybody can fill those of names: only who knows a passphrase gets as far as codes.
  WrongAnswers wrong_codes;
  Tickets tickets;
  PendingFactors pending;
};

struct FoundMember {
  storage::Member member;
  bool exists = false;
};

/// Looks a name up; the same work is done whether it exists or not. What nobody has gets a salt that is a keyed hash of the name, so that
/// asking twice gives the same, and hashes that no key has.
http::Awaitable<Result<FoundMember>> look_up(const Context& context, std::string name);

/// After a wrong passphrase or paper code: waits, and writes down meanwhile that one was refused, once an hour for each desk. Of a name that
/// nobody has it is written at the first desk, so that the work is the same. False: it did not wait, for as many do as may; too_many_wrong()
/// is the answer then, whoever was meant.
http::Awaitable<bool> wait_and_record_refusal(const Context& context, Accounts& accounts, std::string_view account, const FoundMember& found);

/// The desk's demo flag; Errc::not_found.
http::Awaitable<Result<bool>> is_demo(const Context& context, DeskId desk);

/// Whether a member of that desk must have a second factor.
http::Awaitable<Result<bool>> must_have_second_factor(const Context& context, DeskId desk);

}  // namespace hotline::console
