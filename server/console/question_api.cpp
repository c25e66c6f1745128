#include "server/console/question_api.hpp"

#include "server/console/json.hpp"

#include <memory>
#include <utility>

namespace hotline::console {

void add_question_routes(http::Router& router, const Context& context, std::string json) {
  router.add(http::Method::get, "/api/v1/questions", {},
             desk_workers_only(context, [body = std::make_shared<const std::string>(std::move(json))](
                                            http::Request&, const SignedIn&) -> http::Awaitable<http::Response> {
               co_return http::json_response(200, *body);
             }));
}

}  // namespace hotline::console
