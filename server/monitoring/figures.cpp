#include "server/monitoring/figures.hpp"

#include "server/monitoring/rounding.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <ctime>
#include <iterator>
#include <mutex>

namespace hotline::monitoring {
namespace {

using prometheus::Registry;
constexpr double mebibyte = 1024 * 1024;
// Far above what one report changes: a row is 4 KiB, a file at most 25 MiB.
constexpr double disk_step = 256 * mebibyte;
constexpr double memory_step = 16 * mebibyte;
constexpr double connections_step = 50;

/// The answers of one listener.
class ListenerMeter final : public http::Meter {
 public:
  ListenerMeter(prometheus::Family<prometheus::Counter>& answers, prometheus::Family<prometheus::Histogram>& times, const char* listener)
      : by_class_{&answers.Add({{"listener", listener}, {"status", "2xx"}}), &answers.Add({{"listener", listener}, {"status", "3xx"}}),
                  &answers.Add({{"listener", listener}, {"status", "4xx"}}), &answers.Add({{"listener", listener}, {"status", "5xx"}})},
        time_(times.Add({{"listener", listener}}, prometheus::Histogram::BucketBoundaries{0.005, 0.02, 0.1, 0.5, 1, 3, 10, 30})) {}

  void answered(int status, std::chrono::steady_clock::duration time) noexcept override {
    const int of_hundred = status / 100;
    if (of_hundred >= 2 && of_hundred <= 5) by_class_[static_cast<std::size_t>(of_hundred - 2)]->Increment();
    time_.Observe(std::chrono::duration<double>(time).count());
  }

 private:
  std::array<prometheus::Counter*, 4> by_class_;
  prometheus::Histogram& time_;
};

}  // namespace

struct Figures::Parts {
  // Two registries: of one only a rounded copy is ever shown.
  Registry counted;
  Registry of_now;
  std::mutex mutex;
  std::vector<prometheus::MetricFamily> published;

  prometheus::Family<prometheus::Counter>& answers =
      prometheus::BuildCounter().Name("hotline_answers_total").Help("Answers, by listener and class of status; in tens, some minutes late").Register(counted);
  prometheus::Family<prometheus::Histogram>& times =
      prometheus::BuildHistogram().Name("hotline_answer_seconds").Help("From the request's header until the answer was ready; in tens, some minutes late, and without their sum").Register(counted);
  prometheus::Gauge& unread = gauge(counted, "hotline_unread", "Reports that nobody has opened; in tens, some minutes late");
  prometheus::Gauge& open = gauge(counted, "hotline_open", "Reports and cases that are not closed; in tens, some minutes late");
  ListenerMeter public_meter{answers, times, "public"};
  ListenerMeter console_meter{answers, times, "console"};

  prometheus::Gauge& overdue = gauge(of_now, "hotline_overdue", "1: an unread report has waited longer than its target; some minutes late");
  prometheus::Gauge& writes = gauge(of_now, "hotline_writes", "1: a write could be committed just now");
  prometheus::Gauge& disk = gauge(of_now, "hotline_disk_free_bytes", "Free on the database's disk, in steps of 256 MiB");
  prometheus::Gauge& memory = gauge(of_now, "hotline_resident_bytes", "Memory of the process, in steps of 16 MiB");
  prometheus::Gauge& connections = gauge(of_now, "hotline_connections", "Open connections, in steps of 50");
  prometheus::Gauge& started = gauge(of_now, "hotline_start_time_seconds", "When the process started, seconds since 1970");
  prometheus::Family<prometheus::Gauge>& ends =
      prometheus::BuildGauge().Name("hotline_certificate_ends_seconds").Help("When a listener's certificate ends, seconds since 1970").Register(of_now);

  static prometheus::Gauge& gauge(Registry& registry, const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }
};

Figures::Figures() : parts_(std::make_unique<Parts>()) {
  parts_->started.Set(static_cast<double>(std::time(nullptr)));
  publish({});
}
Figures::~Figures() = default;

http::Meter& Figures::public_meter() noexcept { return parts_->public_meter; }
http::Meter& Figures::console_meter() noexcept { return parts_->console_meter; }

void Figures::publish(const Waiting& waiting) {
  const std::lock_guard lock(parts_->mutex);
  parts_->unread.Set(static_cast<double>(waiting.unread));
  parts_->open.Set(static_cast<double>(waiting.open));
  parts_->overdue.Set(waiting.overdue ? 1 : 0);
  auto families = parts_->counted.Collect();
  round_all(families);
  parts_->published = std::move(families);
}

std::string Figures::text(const Health& health) {
  const std::lock_guard lock(parts_->mutex);
  parts_->writes.Set(health.writes ? 1 : 0);
  parts_->disk.Set(rounded_down(static_cast<double>(health.disk_free_bytes), disk_step));
  parts_->memory.Set(rounded_down(static_cast<double>(health.resident_bytes), memory_step));
  parts_->connections.Set(rounded_down(static_cast<double>(health.connections), connections_step));
  if (health.public_certificate_ends) parts_->ends.Add({{"listener", "public"}}).Set(static_cast<double>(*health.public_certificate_ends));
  if (health.console_certificate_ends) parts_->ends.Add({{"listener", "console"}}).Set(static_cast<double>(*health.console_certificate_ends));
  auto families = parts_->of_now.Collect();
  families.insert(families.begin(), parts_->published.begin(), parts_->published.end());
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace hotline::monitoring
