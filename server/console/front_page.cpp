#include "server/console/front_page.hpp"

#include "server/console/bundle.hpp"
#include "server/console/resources.hpp"
#include "server/http/precompressed.hpp"

#include <memory>
#include <string>
#include <utility>

namespace hotline::console {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

void add_shared(http::Router& router, const std::string& path, std::string_view content_type, http::Precompressed content, Headers headers) {
  const http::RouteLimits limits{.body_bytes_max = 0, .personal = false};
  router.add(http::Method::get, path, limits,
             [content_type, content = std::move(content), headers = std::move(headers)](http::Request& request) -> http::Awaitable<http::Response> {
               http::Response response;
               content.put(request, response);
               response.content_type = content_type;
               for (const auto& [name, value] : headers) response.headers.emplace_back(name, value);
               co_return response;
             });
}

}  // namespace

void add_front_page_routes(http::Router& router, const Context&) {
  const Bundle bundle;
  add_shared(router, "/", "text/html; charset=utf-8", http::Precompressed(bundle.page()), {{"Content-Security-Policy", bundle.page_policy()}});
  for (const BundleFile& file : bundle.files()) {
    Headers headers{{"Cache-Control", "public, max-age=31536000, immutable"}};
    if (file.path == bundle.worker().path) headers.emplace_back("Content-Security-Policy", Bundle::worker_policy());
    add_shared(router, file.path, file.content_type,
               http::Precompressed(std::string(file.source), std::string(file.gzip), std::string(file.brotli)), std::move(headers));
  }
  add_shared(router, "/api/v1/openapi.json", "application/json", http::Precompressed(std::string(resource("openapi.json"))), {});
}

}  // namespace hotline::console
