#include "server/intake/front.hpp"

namespace hotline::intake {
namespace {

http::Response page(Pages::Shared body) {
  http::Response response;
  response.body = std::move(body);
  return response;
}

std::string language_of(const Pages& pages, const http::Request& request, std::string_view path) {
  return pages.language({.path = path,
                         .query = language_of_query(request.raw_query),
                         .accept = request.header("accept-language").value_or("")});
}

http::Awaitable<http::Response> leave(std::string exit_url) {
  auto response = http::redirect_response(std::move(exit_url));
  response.headers.emplace_back("Clear-Site-Data", "\"cache\", \"cookies\", \"storage\"");
  co_return response;
}

http::Awaitable<http::Response> health(storage::Stores& stores) {
  const auto written = co_await stores.probe();
  if (written) co_return http::text_response(200, "ok");
  auto response = http::text_response(503, "cannot write");
  response.headers.emplace_back("Retry-After", "5");
  co_return response;
}

}  // namespace

void add_front_routes(http::Router& router, const ReporterContext& context, std::string exit_url) {
  const Pages& pages = context.pages;
  const http::RouteLimits shared{.body_bytes_max = 0, .personal = false};
  router.add(http::Method::get, "/", shared, [&pages](http::Request& request) -> http::Awaitable<http::Response> {
    co_return page(pages.first(language_of(pages, request, {})));
  });
  const auto in_language = [&](std::string pattern, auto choose) {
    router.add(http::Method::get, std::move(pattern), shared, [&pages, choose](http::Request& request) -> http::Awaitable<http::Response> {
      const std::string& language = request.captured.at(0);
      if (!pages.speaks(language)) {
        auto response = page(pages.error(language_of(pages, request, {}), 404));
        response.status = 404;
        co_return response;
      }
      co_return page(choose(language));
    });
  };
  in_language("/{lang}/", [&pages](const std::string& language) { return pages.first(language); });
  in_language("/{lang}/check", [&pages](const std::string& language) { return pages.check(language); });
  router.add(http::Method::get, pages.style_path(), shared, [&pages](http::Request&) -> http::Awaitable<http::Response> {
    auto response = page(pages.style());
    response.content_type = "text/css; charset=utf-8";
    response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
    co_return response;
  });
  router.add(http::Method::get, "/exit", {}, [exit_url](http::Request&) { return leave(exit_url); });
  router.add(http::Method::post, "/exit", {.body_bytes_max = 4096}, [exit_url](http::Request&) { return leave(exit_url); });
  router.add(http::Method::get, "/healthz", {}, [&context](http::Request&) { return health(context.stores); });
}

http::Router::ErrorPage reporter_error_page(const Pages& pages) {
  return [&pages](int status, const http::Request* request) {
    http::Response response;
    if (request != nullptr && request->path.starts_with("/api/")) {
      response = http::problem_response(status, "Not done", status >= 500 ? "Nothing was stored. Send it again in a few seconds."
                                                                          : "The request was not taken as it is.");
    } else {
      const std::string_view path = request != nullptr ? std::string_view(request->path) : std::string_view();
      const std::string_view first = path.empty() ? path : path.substr(1, path.find('/', 1) - 1);
      response = page(pages.error(request != nullptr ? language_of(pages, *request, first) : std::string(), status));
      response.status = status;
    }
    if (status == 503) response.headers.emplace_back("Retry-After", "30");
    return response;
  };
}

}  // namespace hotline::intake
