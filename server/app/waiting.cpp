#include "server/app/waiting.hpp"

namespace hotline::app {
namespace {

/// Neutral: it must not tell a passer-by what will be here.
constexpr const char* page =
    "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>Not ready yet</title>\n<p>This page is not ready yet. Please come back later.</p>\n"
    "<p lang=\"es\">Esta página todavía no está lista. Vuelva más tarde, por favor.</p>\n</html>\n";

http::Response not_ready(int status, const http::Request*, std::uint64_t) {
  auto response = http::html_response(status == 404 || status == 405 ? 503 : status, page);
  if (response.status == 503) response.headers.emplace_back("Retry-After", "60");
  return response;
}

}  // namespace

Waiting::Waiting(storage::Stores& stores, const Limits& limits, std::function<void()> founded)
    : public_router_(not_ready), console_(stores, clock_, limits, std::move(founded)) {}

}  // namespace hotline::app
