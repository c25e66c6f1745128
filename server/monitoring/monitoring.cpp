#include "server/monitoring/monitoring.hpp"

#include "config/log.hpp"
#include "server/http/recurring.hpp"
#include "server/http/response_head.hpp"

namespace hotline::monitoring {
namespace {

http::Response plain_error(int status, const http::Request*, std::uint64_t) {
  return http::text_response(status, std::string(http::reason_phrase(status)) + "\n");
}

std::optional<std::int64_t> end_of(const std::shared_ptr<http::TlsContext>& tls) {
  return tls ? std::optional(tls->ends()) : std::nullopt;
}

}  // namespace

Monitoring::Monitoring(storage::Stores& stores, const Clock& clock, const std::string& database, const ResidentMemory& memory, Certificates certificates)
    : stores_(stores), clock_(clock), disk_(database, 0), certificates_(std::move(certificates)), memory_(memory), router_(plain_error) {
  router_.add(http::Method::get, "/metrics", {}, [this](http::Request&) { return metrics(); });
}

http::Awaitable<void> Monitoring::publish_by_the_clock() {
  return http::again_and_again("figures", [this]() -> http::Awaitable<std::chrono::microseconds> {
    constexpr std::int64_t seconds = std::chrono::seconds(publish_interval).count();
    try {
      co_await publish();
    } catch (const std::exception&) {
      // Not sooner than by the clock: when figures change says nothing of when somebody wrote.
      log_event(LogLevel::warning, "figures_not_published", {{"error", make_error_code(Errc::out_of_memory)}});
    }
    co_return std::chrono::seconds(seconds - clock_.now() % seconds);
  });
}

http::Awaitable<void> Monitoring::publish() {
  const auto desks = co_await stores_.desks().list();
  if (!desks) {
    log_event(LogLevel::warning, "figures_not_published", {{"error", desks.error()}});
    co_return;
  }
  Waiting waiting;
  const std::int64_t hour = clock_.hour();
  for (const storage::Desk& desk : *desks) {
    const storage::QueueQuery query{.desk = desk.id, .member = {}, .now_hour = hour};
    const auto counts = co_await stores_.queue().counts(query);
    if (!counts) {
      log_event(LogLevel::warning, "figures_not_published", {{"error", counts.error()}});
      co_return;
    }
    waiting.unread += counts->unread;
    waiting.open += counts->all;
    waiting.overdue = waiting.overdue || (counts->oldest_unread_due_hour && *counts->oldest_unread_due_hour < hour);
  }
  figures_.publish(waiting);
}

http::Awaitable<http::Response> Monitoring::metrics() {
  const auto written = co_await stores_.probe();
  const Health health{.writes = written.has_value(),
                      .disk_free_bytes = disk_.free_bytes(),
                      .resident_bytes = memory_.bytes(),
                      .connections = connections_ ? connections_() : 0,
                      .public_certificate_ends = end_of(certificates_.for_public),
                      .console_certificate_ends = end_of(certificates_.for_console)};
  http::Response response = http::text_response(200, figures_.text(health));
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  co_return response;
}

}  // namespace hotline::monitoring
