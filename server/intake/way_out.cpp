#include "server/intake/way_out.hpp"

#include "server/intake/visit.hpp"

namespace hotline::intake {

http::Response WayOut::response() const {
  auto response = http::redirect_response(url_);
  response.headers.emplace_back("Clear-Site-Data", "\"cache\", \"storage\"");
  // Chromium keeps even no-store pages in memory for Back, with every word typed, unless an HttpOnly cookie changes meanwhile.
  // This one says nothing and lives for a second; there are no others, so cookies need no clearing (which would undo it).
  response.headers.emplace_back("Set-Cookie", "x=1; Max-Age=1; Path=/; HttpOnly; SameSite=Strict");
  return response;
}

void WayOut::leave(std::string_view visit) {
  if (!is_visit(visit)) return;
  const std::lock_guard lock(mutex_);
  if (!over_.emplace(visit).second) return;
  order_.emplace_back(visit);
  if (order_.size() <= visits_max) return;
  over_.erase(order_.front());
  order_.pop_front();
}

bool WayOut::is_over(std::string_view visit) const {
  const std::lock_guard lock(mutex_);
  return over_.contains(std::string(visit));
}

}  // namespace hotline::intake
