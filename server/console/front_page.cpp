#include "server/console/front_page.hpp"

#include "server/console/resources.hpp"

#include <memory>
#include <string>

namespace hotline::console {
namespace {

http::Response shared(std::shared_ptr<const std::string> body, std::string_view content_type) {
  http::Response response;
  response.content_type = content_type;
  response.body = std::move(body);
  return response;
}

}  // namespace

void add_front_page_routes(http::Router& router, const Context&) {
  const http::RouteLimits limits{.body_bytes_max = 0, .personal = false};
  const auto front = std::make_shared<const std::string>(resource("front.html"));
  const auto api = std::make_shared<const std::string>(resource("openapi.json"));
  router.add(http::Method::get, "/", limits, [front](http::Request&) -> http::Awaitable<http::Response> {
    co_return shared(front, "text/html; charset=utf-8");
  });
  router.add(http::Method::get, "/api/v1/openapi.json", limits, [api](http::Request&) -> http::Awaitable<http::Response> {
    co_return shared(api, "application/json");
  });
}

}  // namespace hotline::console
