#include "server/http/session_group.hpp"

#include "server/http/session.hpp"

#include <algorithm>

namespace hotline::http {
namespace {

constexpr std::chrono::milliseconds sweep_interval_max{500};
constexpr std::chrono::milliseconds sweep_interval_min{5};
constexpr std::chrono::seconds shed_after{1};
constexpr double bytes_per_second_safe = 16 * 1024;

/// A deadline is kept to an eighth of the shortest.
std::chrono::milliseconds interval_for(const Limits& limits) {
  const auto shortest =
      std::min({limits.header_deadline, limits.body_grace, limits.idle_deadline, limits.write_deadline, limits.drain_deadline});
  return std::clamp(shortest / 8, sweep_interval_min, sweep_interval_max);
}

}  // namespace

SessionGroup::SessionGroup(boost::asio::io_context& context, std::shared_ptr<ServerParts> parts)
    : context_(context), parts_(std::move(parts)), timer_(context), sweep_interval_(interval_for(parts_->limits)) {}

void SessionGroup::add(Session& session) {
  session.place_in_group = sessions_.size();
  sessions_.push_back(&session);
  if (!sweeping_) schedule_sweep();
}

void SessionGroup::remove(Session& session) {
  Session* const last = sessions_.back();
  last->place_in_group = session.place_in_group;
  sessions_[session.place_in_group] = last;
  sessions_.pop_back();
}

void SessionGroup::stop_gently() {
  stopping_ = true;
  for (Session* session : sessions_) session->end_if_idle();
}

void SessionGroup::stop_now() {
  stopping_ = true;
  for (Session* session : sessions_) session->end_now();
}

void SessionGroup::shed(ConnectionSlots::Share most) {
  const auto now = std::chrono::steady_clock::now();
  const auto idle_before = now - shed_after;
  Session* theirs = nullptr;
  Session* anybodys = nullptr;
  Session* slowest = nullptr;
  double least = bytes_per_second_safe;
  for (Session* session : sessions_) {
    const Session::Waiting waiting = session->waiting();
    if (waiting.phase == Session::Phase::busy) continue;
    if (session->slot_group() == most.group && (most.large || waiting.is_idle_before(idle_before))) {
      if (theirs == nullptr || waiting < theirs->waiting()) theirs = session;
    }
    if (waiting.is_idle_before(idle_before) && (anybodys == nullptr || waiting < anybodys->waiting())) anybodys = session;
    if (const auto speed = session->speed(now); speed && *speed < least) {
      least = *speed;
      slowest = session;
    }
  }
  Session* const chosen = theirs != nullptr ? theirs : anybodys != nullptr ? anybodys : slowest;
  if (chosen != nullptr) chosen->end_now();
}

void SessionGroup::schedule_sweep() {
  // Known to go on only once it does: without memory for it the next session tries again.
  sweeping_ = false;
  timer_.expires_after(sweep_interval_);
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error) self->sweep();
  });
  sweeping_ = true;
}

void SessionGroup::sweep() {
  const auto now = std::chrono::steady_clock::now();
  for (Session* session : sessions_) session->check_deadline(now);
  sweeping_ = !sessions_.empty();
  if (sweeping_) schedule_sweep();
}

}  // namespace hotline::http
