#include "server/console/console.hpp"

#include "server/console/activity_api.hpp"
#include "server/console/case_api.hpp"
#include "server/console/changes_api.hpp"
#include "server/console/desk_api.hpp"
#include "server/console/figures_api.hpp"
#include "server/console/front_page.hpp"
#include "server/console/invitation_api.hpp"
#include "server/console/paper_code.hpp"
#include "server/console/proof.hpp"
#include "server/console/question_api.hpp"
#include "server/console/queue_api.hpp"
#include "server/console/recovery.hpp"
#include "server/console/report_api.hpp"
#include "server/console/retention_api.hpp"
#include "server/console/second_factor_api.hpp"
#include "server/console/session_api.hpp"
#include "server/console/sign_in.hpp"
#include "server/console/text_api.hpp"
#include "server/http/too_large.hpp"
#include "crypto/answer_format.hpp"

#include <utility>

namespace hotline::console {
namespace {

http::Response error_page(int status, const http::Request*, std::uint64_t body_bytes_max) {
  switch (status) {
    case 400: return http::problem_response(400, "Not understood", "The request does not follow HTTP.");
    case 404: return http::problem_response(404, "Not found", "There is nothing at this address.");
    case 405: return http::problem_response(405, "Wrong method", "This address does not take that method.");
    case 408: return http::problem_response(408, "Too slow", "The request did not arrive in time. Send it again.");
    case 413: return http::problem_response(413, "Too large", http::too_large_detail(body_bytes_max));
    case 431: return http::problem_response(431, "Too large", "The request's headers are larger than the limit.");
    case 500: return http::problem_response(503, "Not known", "The server cannot say whether this was done. Look before you try again.");
    default: break;
  }
  auto response = http::problem_response(status, "Not done", "The server could not do this now. Nothing was changed. Try again.");
  if (status == 503) response.headers.emplace_back("Retry-After", "5");
  return response;
}

}  // namespace

Console::Console(storage::Stores& stores, const Clock& clock, const Limits& limits, bool secure_cookie, Access access,
                 std::function<void()> epoch_added, Texting* texting)
    : sessions_(clock, limits),
      context_{stores, sessions_, clock, limits, std::move(epoch_added), texting, secure_cookie, std::move(access)},
      changes_(stores.arrivals(), clock, limits),
      accounts_(clock, context_.access, limits),
      router_(error_page) {
  add_front_page_routes(router_, context_);
  add_sign_in_routes(router_, context_, accounts_);
  add_proof_routes(router_, context_, accounts_);
  add_second_factor_routes(router_, context_, accounts_);
  add_session_routes(router_, context_, accounts_);
  add_recovery_routes(router_, context_, accounts_);
  add_paper_code_routes(router_, context_, accounts_);
  add_desk_routes(router_, context_);
  add_invitation_routes(router_, context_);
  add_report_routes(router_, context_);
  add_queue_routes(router_, context_);
  add_case_routes(router_, context_, crypto::sealed_answer_bytes());
  add_activity_routes(router_, context_);
  add_retention_routes(router_, context_);
  add_figures_routes(router_, context_);
  add_changes_routes(router_, context_, changes_);
  add_text_routes(router_, context_);
}

void Console::serve_questions(std::string json) { add_question_routes(router_, context_, std::move(json)); }

}  // namespace hotline::console
