#include "server/console/context.hpp"

#include "server/http/cookies.hpp"

namespace hotline::console {
namespace {

bool from_another_site(const http::Request& request) {
  const auto site = request.header("sec-fetch-site");
  return site && *site != "same-origin" && *site != "none";
}

http::Response of_another_site() { return http::problem_response(403, "Forbidden", "Another site's page cannot use this console."); }

enum class Allowed { enrolling, everyone, desk_workers, admins };

bool allows(Allowed allowed, storage::Role role) {
  if (role == storage::Role::admin || allowed == Allowed::enrolling || allowed == Allowed::everyone) return true;
  return allowed == Allowed::desk_workers && (role == storage::Role::caseworker || role == storage::Role::supervisor);
}

http::Handler guarded(const Context& context, MemberHandler handler, Allowed allowed) {
  return [&context, handler = std::move(handler), allowed](http::Request& request) -> http::Awaitable<http::Response> {
    if (from_another_site(request)) co_return of_another_site();
    const auto who = context.sessions.find(session_token(context, request));
    if (!who) co_return http::problem_response(401, "Sign in", "Sign in first: no session, or it has ended.");
    if (who->must_enrol && allowed != Allowed::enrolling) {
      co_return http::problem_response(403, "Second factor needed", "Add a second factor first: this desk requires one.", "second-factor-needed");
    }
    if (!allows(allowed, who->role)) {
      co_return http::problem_response(403, "Forbidden", "Your role at the desk does not include this.");
    }
    co_return co_await handler(request, *who);
  };
}

}  // namespace

http::Handler members_only(const Context& context, MemberHandler handler) {
  return guarded(context, std::move(handler), Allowed::everyone);
}
http::Handler enrolling_members_too(const Context& context, MemberHandler handler) {
  return guarded(context, std::move(handler), Allowed::enrolling);
}
http::Handler own_pages_only(http::Handler handler) {
  return [handler = std::move(handler)](http::Request& request) -> http::Awaitable<http::Response> {
    if (from_another_site(request)) co_return of_another_site();
    co_return co_await handler(request);
  };
}
http::Handler desk_workers_only(const Context& context, MemberHandler handler) {
  return guarded(context, std::move(handler), Allowed::desk_workers);
}
http::Handler admins_only(const Context& context, MemberHandler handler) {
  return guarded(context, std::move(handler), Allowed::admins);
}

std::string session_token(const Context& context, const http::Request& request) {
  return std::string(http::cookie_value(request, context.cookie_name()).value_or(""));
}

http::Response refusal(const boost::system::error_code& error) {
  if (error == Errc::malformed) return malformed("a JSON object as described in /api/v1/openapi.json");
  if (error == Errc::not_found) return http::problem_response(404, "Not found", "There is no such thing, or it is not yours to see.");
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
