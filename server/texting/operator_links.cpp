#include "server/texting/operator_links.hpp"

#include "config/log.hpp"
#include "server/texting/smpp_outcomes.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <exception>

namespace hotline::texting {

/// While it lives, stop_taking() waits.
class OperatorLinks::Taking {
 public:
  explicit Taking(OperatorLinks& links) : links_(links) {
    const std::lock_guard lock(links_.mutex_);
    allowed_ = !links_.closing_;
    if (allowed_) ++links_.taking_;
  }
  ~Taking() {
    const std::lock_guard lock(links_.mutex_);
    if (allowed_ && --links_.taking_ == 0) links_.idle_.notify_all();
  }
  Taking(const Taking&) = delete;
  Taking& operator=(const Taking&) = delete;
  bool allowed() const noexcept { return allowed_; }

 private:
  OperatorLinks& links_;
  bool allowed_ = false;
};

OperatorLinks::OperatorLinks() : pool_(1) {}

OperatorLinks::~OperatorLinks() { stop(); }

Outcome<std::unique_ptr<OperatorLinks>> OperatorLinks::create(const std::vector<SmsSettings>& settings, const Clock& clock,
                                                              const Limits& limits) {
  auto links = std::unique_ptr<OperatorLinks>(new OperatorLinks());
  for (const SmsSettings& one : settings) {
    if (!one.smpp) continue;
    One& made = links->links_[one.name];
    made.place = {one.name, one.desk};
    smpp::ClientHooks hooks;
    hooks.deliver = [&self = *links, &place = made.place](sms::Message message) { return self.deliver(place, std::move(message)); };
    hooks.report = [&self = *links, &place = made.place](smpp::Receipt receipt) { return self.report(place, std::move(receipt)); };
    smpp::ClientOptions options;
    options.session.window = limits.smpp_window;
    options.session.answer_within = limits.gateway_deadline;
    auto client = smpp::Client::create(links->pool_.context(0), *one.smpp, one.region, std::move(hooks), clock, std::move(options));
    if (!client) return Problem{"[sms." + one.name + ".smpp] " + client.error().line};
    made.client = std::move(*client);
  }
  return links;
}

Outcome<void> OperatorLinks::check_desks(const std::vector<storage::Desk>& desks) const {
  for (const auto& [name, one] : links_) {
    const std::string& wanted = one.place.desk;
    if (wanted.empty() || std::ranges::find(desks, wanted, &storage::Desk::name) != desks.end()) continue;
    return Problem{"[sms." + name + "] desk: there is no desk of that name; hotline desk list shows them"};
  }
  return {};
}

smpp::Client* OperatorLinks::find(std::string_view name) const noexcept {
  const auto found = links_.find(name);
  return found == links_.end() ? nullptr : found->second.client.get();
}

void OperatorLinks::start(sms::MessageIntake& intake, sms::TextEvents& events) {
  intake_ = &intake;
  events_ = &events;
  ended_.emplace(static_cast<std::ptrdiff_t>(links_.size()));
  for (auto& [name, one] : links_) {
    boost::asio::co_spawn(pool_.context(0), one.client->run(), [this](const std::exception_ptr& failure) {
      if (failure) log_event(LogLevel::error, "smpp_failed");
      ended_->count_down();
    });
  }
}

http::Awaitable<Result<void>> OperatorLinks::deliver(const sms::IntakePlace& place, sms::Message message) {
  const Taking taking(*this);
  if (!taking.allowed()) co_return Errc::closed;
  const Result<void> taken = co_await intake_->take(place, message);
  if (!taken && taken.error() == Errc::not_found) {
    log_event(LogLevel::error, "sms_desk_has_no_epoch");
  } else if (!taken && taken.error() != Errc::duplicate) {
    log_event(LogLevel::error, "sms_not_stored", {{"error", taken.error()}});
  }
  co_return taken;
}

http::Awaitable<Result<void>> OperatorLinks::report(const sms::IntakePlace& place, smpp::Receipt receipt) {
  const Taking taking(*this);
  if (!taking.allowed()) co_return Errc::closed;
  const auto news = delivery_report_of(receipt);
  if (!news) co_return Result<void>();
  const Result<void> recorded = co_await events_->reported(place.gateway, *news);
  if (!recorded) log_event(LogLevel::error, "delivery_report_not_stored", {{"error", recorded.error()}});
  co_return recorded;
}

void OperatorLinks::stop_taking() {
  std::unique_lock lock(mutex_);
  closing_ = true;
  idle_.wait(lock, [this] { return taking_ == 0; });
}

void OperatorLinks::stop() {
  stop_taking();
  if (ended_ && !pool_.stopped()) {
    for (auto& [name, one] : links_) one.client->stop();
    ended_->wait();
  }
  pool_.stop();
}

}  // namespace hotline::texting
