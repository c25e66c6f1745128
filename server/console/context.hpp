#pragma once

#include "config/clock.hpp"
#include "config/limits.hpp"
#include "server/console/roles.hpp"
#include "server/console/access.hpp"
#include "server/console/sessions.hpp"
#include "server/console/texting.hpp"
#include "server/http/router.hpp"
#include "storage/stores.hpp"

#include <functional>

namespace hotline::console {

/// What the parts of the console's API share. Everything outlives the router.
struct Context {
  storage::Stores& stores;
  Sessions& sessions;
  const Clock& clock;
  const Limits& limits;
  std::function<void()> epoch_added;   ///< told after a new epoch is stored; may be empty
  Texting* texting = nullptr;      ///< null: texts do not leave from this process
  bool secure_cookie = false;      ///< browsers reach the console by TLS: the cookie gets Secure and the __Host- prefix
  Access access{};

  /// Writes down what a member did, in a commit of its own; see record.hpp for what is written together with a change. Who cannot be
  /// written down does not do it: a failure is the request's.
  http::Awaitable<Result<void>> record(storage::Act act, const SignedIn& who, storage::Subject subject = {}) const;
  /// The same for what is only looked at: once an hour for each member and subject.
  http::Awaitable<Result<void>> record_look(storage::Act act, const SignedIn& who, storage::Subject subject = {}) const;

  std::string_view cookie_name() const { return secure_cookie ? "__Host-session" : "session"; }
};

using MemberHandler = std::function<http::Awaitable<http::Response>(http::Request&, const SignedIn&)>;

/// Lets everyone through but the pages of other sites (Sec-Fetch-Site): 403. For what a person does before signing in.
http::Handler own_pages_only(http::Handler handler);
/// Lets only signed-in members through: 401 otherwise. Refuses requests that another site's page made, and those of members who must
/// add a second factor first: 403 with the problem type "second-factor-needed".
http::Handler members_only(const Context& context, MemberHandler handler);
/// The same for what also those may do who must add a second factor first.
http::Handler enrolling_members_too(const Context& context, MemberHandler handler);
/// The same for those who work on reports: caseworkers, supervisors, admins. What they can open is a matter of grants.
http::Handler desk_workers_only(const Context& context, MemberHandler handler);
/// The same for one role.
http::Handler admins_only(const Context& context, MemberHandler handler);

/// The same for those whose role includes it.
http::Handler those_who_may(const Context& context, Right right, MemberHandler handler);

/// The refusal for a member whose words nobody has compared yet; nothing for the others. Whoever came by an invitation that went astray must
/// not see what comes in, file it, send texts or run the desk before somebody has spoken with them. Every route that needs a right asks it.
http::Awaitable<std::optional<http::Response>> refuse_who_waits(const Context& context, const SignedIn& who);

/// The session token of a request's cookie, or nothing.
std::string session_token(const Context& context, const http::Request& request);

/// The problem details that an error of a store or of reading a body becomes. What Errc::forbidden becomes is written down once an hour for
/// each member: somebody tries what is not theirs.
http::Response refusal(const boost::system::error_code& error);
http::Response malformed(std::string_view what_is_expected);

}  // namespace hotline::console
