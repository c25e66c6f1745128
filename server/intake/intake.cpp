#include "server/intake/intake.hpp"

#include "server/intake/desk_api.hpp"
#include "server/intake/front.hpp"
#include "server/intake/mailbox_page.hpp"
#include "server/intake/report_api.hpp"
#include "server/intake/tell.hpp"
#include "server/intake/uploads.hpp"

namespace hotline::intake {

Result<void> add_intake_routes(http::Router& router, const ReporterContext& context) {
  add_front_routes(router, context);
  add_tell_routes(router, context);
  add_mailbox_page_routes(router, context);
  add_desk_api_routes(router, context);
  add_upload_routes(router, context);
  add_work_route(router, context.crowd);
  return add_report_api_routes(router, context);
}

}  // namespace hotline::intake
