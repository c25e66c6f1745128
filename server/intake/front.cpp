#include "server/intake/front.hpp"

#include "server/http/precompressed.hpp"
#include "server/http/query.hpp"
#include "server/http/too_large.hpp"
#include "server/intake/scripts.hpp"

#include <map>
#include <utility>

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

http::Awaitable<http::Response> leave(const http::Request& request, WayOut& way_out) {
  const auto query = http::parse_query(request.raw_query);
  if (const auto visit = query ? http::find_pair(*query, "v") : std::nullopt) way_out.leave(*visit);
  co_return way_out.response();
}

http::Awaitable<http::Response> health(const http::Request& request, const ReporterContext& context) {
  // Each asks for a commit. Whoever asks without end must not take the places of reports.
  if (context.stores.load().writer_half_full && !context.crowd.admit(request).within_budget) co_return crowded_response();
  const auto written = co_await context.stores.probe();
  if (written) co_return http::text_response(200, "ok");
  auto response = http::text_response(503, "cannot write");
  response.headers.emplace_back("Retry-After", "5");
  co_return response;
}

/// To a program, what no route of the API takes.
http::Response api_problem(int status, std::uint64_t body_bytes_max) {
  switch (status) {
    case 400: return http::problem_response(400, "Not understood", "The request does not follow HTTP, or its body is not complete.");
    case 404: return http::problem_response(404, "Not found", "There is nothing at this address. What members of a desk ask is answered by the console listener.");
    case 405: return http::problem_response(405, "Wrong method", "This address does not take that method; Allow names those that it takes.");
    case 408: return http::problem_response(408, "Too slow", "The request did not arrive in time. Send it again.");
    case 413: return http::problem_response(413, "Too large", http::too_large_detail(body_bytes_max));
    default: break;
  }
  if (status == 500) {
    return http::problem_response(503, "Not known", "It may have been stored. Send it again in a few seconds, with the same Idempotency-Key: then it is stored once.");
  }
  if (status > 500) return http::problem_response(status, "Not done", "Nothing was stored. Send it again in a few seconds.");
  return http::problem_response(status, "Not done", "The request was not taken as it is.");
}

/// What is drawn once, compressed once.
struct Drawn {
  std::map<std::string, http::Precompressed, std::less<>> first;
  std::map<std::string, http::Precompressed, std::less<>> check;
};

http::Precompressed compress(const Pages::Shared& page) { return http::Precompressed(*page); }

/// A file whose address changes with its content: kept by browsers for as long as they like.
void add_kept_file(http::Router& router, const http::RouteLimits& limits, const std::string& path, std::string_view type, http::Precompressed content) {
  router.add(http::Method::get, path, limits, [type, content = std::move(content)](http::Request& request) -> http::Awaitable<http::Response> {
    http::Response response;
    content.put(request, response);
    response.content_type = type;
    response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
    co_return response;
  });
}

}  // namespace

void add_front_routes(http::Router& router, const ReporterContext& context) {
  const Pages& pages = context.pages;
  const http::RouteLimits shared{.body_bytes_max = 0, .personal = false};
  auto drawn = std::make_shared<Drawn>();
  for (const std::string& language : pages.languages()) {
    drawn->first.emplace(language, compress(pages.first(language)));
    drawn->check.emplace(language, compress(pages.check(language)));
  }
  router.add(http::Method::get, "/", shared, [&pages, drawn](http::Request& request) -> http::Awaitable<http::Response> {
    co_return drawn->first.at(language_of(pages, request, {})).page(request);
  });
  const auto in_language = [&](std::string pattern, auto choose) {
    router.add(http::Method::get, std::move(pattern), shared, [&pages, drawn, choose](http::Request& request) -> http::Awaitable<http::Response> {
      const auto& all = (*drawn).*choose;
      const auto found = all.find(request.captured.at(0));
      if (found != all.end()) co_return found->second.page(request);
      auto response = page(pages.error(language_of(pages, request, {}), 404));
      response.status = 404;
      co_return response;
    });
  };
  in_language("/{lang}/", &Drawn::first);
  for (const std::string& language : pages.languages()) {
    // As people type it.
    router.add(http::Method::get, "/" + language, shared, [drawn, language](http::Request& request) -> http::Awaitable<http::Response> {
      co_return drawn->first.at(language).page(request);
    });
  }
  in_language("/{lang}/check", &Drawn::check);
  add_kept_file(router, shared, pages.style_path(), "text/css; charset=utf-8", compress(pages.style()));
  const Scripts scripts(context.questionnaire);
  for (const ScriptFile& script : scripts.files()) {
    add_kept_file(router, shared, script.path, "text/javascript; charset=utf-8", http::Precompressed(std::string(script.source), std::string(script.gzip), std::string(script.brotli)));
  }
  add_kept_file(router, shared, scripts.questions_path(), "application/json", http::Precompressed(scripts.questions()));
  const auto out = [&way_out = context.way_out](http::Request& request) { return leave(request, way_out); };
  router.add(http::Method::get, "/exit", {}, out);
  router.add(http::Method::post, "/exit", {.body_bytes_max = 4096}, out);
  router.add(http::Method::get, "/healthz", {}, [&context](http::Request& request) { return health(request, context); });
}

http::Router::ErrorPage reporter_error_page(const Pages& pages) {
  return [&pages](int status, const http::Request* request, std::uint64_t body_bytes_max) {
    http::Response response;
    const bool asks = request == nullptr || request->method == http::Method::get || request->method == http::Method::head;
    if (status == 500 && asks) status = 503;   // nothing was sent
    if (request != nullptr && request->path.starts_with("/api/")) {
      response = api_problem(status, body_bytes_max);
    } else {
      const std::string_view path = request != nullptr ? std::string_view(request->path) : std::string_view();
      const std::string_view first = path.empty() ? path : path.substr(1, path.find('/', 1) - 1);
      response = page(pages.error(request != nullptr ? language_of(pages, *request, first) : std::string(), status));
      response.status = status;
    }
    if (status >= 500) response.headers.emplace_back("Retry-After", "30");
    return response;
  };
}

}  // namespace hotline::intake
