#include "server/intake/crowd.hpp"

#include "server/http/sender.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hotline::intake {

Crowd::Crowd(const Limits& limits)
    : burst_(static_cast<double>(limits.sender_burst)),
      per_second_(static_cast<double>(limits.sender_per_minute) / 60),
      kept_bytes_many_(limits.uploads_pending_bytes_max / 16),
      work_(limits.work_bits) {}

Crowd::Budget& Crowd::budget_of(std::uint64_t sender, Time now) {
  if (const auto found = places_.find(sender); found != places_.end()) {
    budgets_.splice(budgets_.begin(), budgets_, found->second);
    return budgets_.front();
  }
  if (budgets_.size() >= senders_max) {
    places_.erase(budgets_.back().sender);
    budgets_.pop_back();
  }
  budgets_.push_front({sender, burst_, now, 0, now});
  places_[sender] = budgets_.begin();
  return budgets_.front();
}

bool Crowd::spend(std::uint64_t sender, Time now) {
  Budget& budget = budget_of(sender, now);
  const double seconds = std::chrono::duration<double>(now - budget.filled).count();
  budget.left = std::min(burst_, budget.left + std::max(0.0, seconds) * per_second_);
  budget.filled = now;
  if (budget.left < 1) return false;
  budget.left -= 1;
  return true;
}

Standing Crowd::admit(const http::Request& request, Time now) {
  const std::uint64_t group = http::sender_group(request.sender);
  if (const auto solution = request.header("hotline-work")) {
    if (const auto number = work_.redeem(*solution, now)) return {.sender = *number, .group = group, .within_budget = true};
  }
  Standing standing{.sender = group, .group = group};
  const std::lock_guard lock(mutex_);
  standing.within_budget = spend(standing.sender, now);
  if (http::is_one_connection(request.sender)) standing.fresh = spend(request.sender, now);
  return standing;
}

bool Crowd::note_kept(std::uint64_t sender, std::uint64_t bytes, Time now) {
  const std::lock_guard lock(mutex_);
  Budget& budget = budget_of(http::sender_group(sender), now);
  if (now - budget.kept_since >= std::chrono::hours(1)) {
    budget.kept_bytes = 0;
    budget.kept_since = now;
  }
  budget.kept_bytes += bytes;
  return budget.kept_bytes > kept_bytes_many_;
}

void add_work_route(http::Router& router, Crowd& crowd) {
  router.add(http::Method::get, "/api/v1/work", {}, [&crowd](http::Request&) -> http::Awaitable<http::Response> {
    const boost::json::object answer{{"challenge", crowd.work().challenge()}, {"bits", crowd.work().bits()}};
    co_return http::json_response(200, boost::json::serialize(answer));
  });
}

http::Response crowded_response() {
  auto response = http::problem_response(503, "Many are waiting",
                                         "Nothing was stored. Send it again in a few seconds; with a solved challenge of "
                                         "GET /api/v1/work in Hotline-Work it goes before those without.");
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

}  // namespace hotline::intake
