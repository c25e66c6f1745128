#include "server/console/context.hpp"

#include "config/log.hpp"
#include "server/http/cookies.hpp"
#include "server/http/memory_body.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

namespace hotline::console {
namespace {

bool from_another_site(const http::Request& request) {
  const auto site = request.header("sec-fetch-site");
  return site && *site != "same-origin" && *site != "none";
}

http::Response of_another_site() { return http::problem_response(403, "Forbidden", "Another site's page cannot use this console."); }

http::Response refused_session(const boost::system::error_code& error) {
  if (error != Errc::not_found) return refusal(error);
  return http::problem_response(401, "Sign in", "Sign in first: no session, or it has ended.");
}

/// Each route has a bound of its own besides; this one is above all of them.
std::size_t body_bytes_max(const Context& context) { return std::max<std::size_t>(context.limits.api_body_bytes_max, 64 * 1024); }

http::Response of_another_role() { return http::problem_response(403, "Forbidden", "Your role at the desk does not include this."); }

/// Whether the router, a handler or a store found that the role does not go that far: it is said in one way.
bool is_of_another_role(const http::Response& response) {
  if (response.status != 403) return false;
  const auto* said = std::get_if<std::string>(&response.body);
  return said != nullptr && *said == std::get<std::string>(of_another_role().body);
}

/// Whether a member of whom a second factor is still wanted gets through.
enum class Enrolling { no, yes };

/// Who asks, as the database knows them now: a command beside the server may have removed them, or set another passphrase. Errc::not_found: nobody, or not any more.
http::Awaitable<Result<SignedIn>> signed_in(const Context& context, const http::Request& request) {
  const std::string token = session_token(context, request);
  auto who = context.sessions.find(token);
  if (!who) co_return Errc::not_found;
  const auto member = co_await context.stores.members().get(who->member);
  if (!member && member.error() != Errc::not_found) co_return member.error();
  if (!member) context.sessions.close_all_of(who->member);
  if (!member || !context.sessions.still_opened_by(token, member->auth_hash)) co_return Errc::not_found;
  co_return std::move(*who);
}

http::Handler guarded(const Context& context, MemberHandler handler, std::optional<Right> right, Enrolling enrolling = Enrolling::no) {
  return [&context, handler = std::move(handler), right, enrolling](http::Request& request) -> http::Awaitable<http::Response> {
    if (from_another_site(request)) co_return of_another_site();
    auto who = co_await signed_in(context, request);
    if (!who) co_return refused_session(who.error());
    if (who->must_enrol && enrolling == Enrolling::no) {
      co_return http::problem_response(403, "Second factor needed", "Add a second factor first: this desk requires one.", "second-factor-needed");
    }
    http::Response response = of_another_role();
    const bool allowed = !right || may(who->role, *right);
    if (allowed && right) {
      if (auto waits = co_await refuse_who_waits(context, *who)) co_return std::move(*waits);
    }
    if (allowed) {
      if (request.method == http::Method::get || request.method == http::Method::head) {
        response = co_await handler(request, *who);
      } else {
        // A body may take minutes to come. Whoever was removed meanwhile does nothing with it any more.
        const auto whole = co_await http::read_all(*request.body, body_bytes_max(context));
        if (!whole) co_return refusal(whole.error());
        who = co_await signed_in(context, request);
        if (!who) co_return refused_session(who.error());
        http::MemoryBody body(whole->reveal());
        http::BodyReader* const arriving = std::exchange(request.body, &body);
        response = co_await handler(request, *who);
        request.body = arriving;
      }
    }
    if (is_of_another_role(response)) {
      const auto recorded = co_await context.record_look(storage::Act::role_refused, *who);
      if (!recorded) log_event(LogLevel::warning, "activity_not_recorded", {{"error", recorded.error()}});
    }
    co_return response;
  };
}

}  // namespace

http::Awaitable<std::optional<http::Response>> refuse_who_waits(const Context& context, const SignedIn& who) {
  const auto member = co_await context.stores.members().get(who.member);
  if (!member) co_return refusal(member.error());
  if (!member->voucher.empty()) co_return std::nullopt;
  co_return http::problem_response(403, "Not let in yet", "Nobody has compared words with you yet. Read yours to an admin of the desk, who lets you in.");
}

http::Handler members_only(const Context& context, MemberHandler handler) {
  return guarded(context, std::move(handler), std::nullopt);
}
http::Handler enrolling_members_too(const Context& context, MemberHandler handler) {
  return guarded(context, std::move(handler), std::nullopt, Enrolling::yes);
}
http::Handler own_pages_only(http::Handler handler) {
  return [handler = std::move(handler)](http::Request& request) -> http::Awaitable<http::Response> {
    if (from_another_site(request)) co_return of_another_site();
    co_return co_await handler(request);
  };
}
http::Handler desk_workers_only(const Context& context, MemberHandler handler) {
  return guarded(context, std::move(handler), Right::report_work);
}
http::Handler admins_only(const Context& context, MemberHandler handler) {
  return guarded(context, std::move(handler), Right::administration);
}

http::Handler those_who_may(const Context& context, Right right, MemberHandler handler) { return guarded(context, std::move(handler), right); }

std::string session_token(const Context& context, const http::Request& request) {
  return std::string(http::cookie_value(request, context.cookie_name()).value_or(""));
}

http::Response refusal(const boost::system::error_code& error) {
  if (error == Errc::malformed) return malformed("a JSON object as described in /api/v1/openapi.json");
  if (error == Errc::not_found) return http::problem_response(404, "Not found", "There is no such thing, or it is not yours to see.");
  if (error == Errc::forbidden) return of_another_role();
  if (error == Errc::conflict || error == Errc::duplicate) {
    return http::problem_response(409, "Conflict", "Something of this name is there already.");
  }
  if (error == Errc::too_large) return http::problem_response(413, "Too large", "The request is larger than the limit.");
  if (error == Errc::timed_out) return http::problem_response(408, "Too slow", "The request did not arrive in time. Send it again.");
  auto response = http::problem_response(503, "Not done", "The server could not do this now. Nothing was changed. Try again.");
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

http::Response malformed(std::string_view what_is_expected) {
  return http::problem_response(422, "Not understood", std::string("Expected ").append(what_is_expected).append("."));
}

}  // namespace hotline::console
