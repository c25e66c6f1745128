#pragma once

#include "config/limits.hpp"
#include "server/http/message.hpp"
#include "server/http/router.hpp"
#include "server/intake/standing.hpp"
#include "server/intake/work.hpp"

#include <chrono>
#include <list>
#include <mutex>
#include <unordered_map>

namespace hotline::intake {

/// Tells those who ask for little from those who ask for much. Nobody is refused for asking: it only says who goes first when some
/// must wait. Each sender has a budget, a bucket of Limits::sender_burst requests that fills by Limits::sender_per_minute; all
/// connections over Unix sockets together have one. A solved proof of work is a sender of its own within budget.
/// Only numbers that mean nothing after an hour are kept, and only so many; the one unheard of longest is dropped. Any thread.
class Crowd {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Crowd(const Limits& limits);

  /// Takes one request that costs something from its sender's budget, or the proof of work that it brings (Hotline-Work).
  Standing admit(const http::Request& request, Time now = std::chrono::steady_clock::now());
  /// Notes that a sender's request brought bytes to keep for later. True when it is a great deal for one, this hour: more than an
  /// eighth of half of Limits::uploads_pending_bytes_max.
  bool note_kept(std::uint64_t sender, std::uint64_t bytes, Time now = std::chrono::steady_clock::now());
  Work& work() noexcept { return work_; }

  static constexpr std::size_t senders_max = 16'384;

 private:
  struct Budget {
    std::uint64_t sender = 0;
    double left = 0;
    Time filled;
    std::uint64_t kept_bytes = 0;
    Time kept_since;
  };
  /// That sender's, moved to the front.
  Budget& budget_of(std::uint64_t sender, Time now);
  bool spend(std::uint64_t sender, Time now);

  const double burst_;
  const double per_second_;
  const std::uint64_t kept_bytes_many_;
  Work work_;
  std::mutex mutex_;
  std::list<Budget> budgets_;      ///< latest first
  std::unordered_map<std::uint64_t, std::list<Budget>::iterator> places_;
};

/// GET /api/v1/work: {"challenge","bits"}. `crowd` outlives the router.
void add_work_route(http::Router& router, Crowd& crowd);

/// What a sender in the crowd is told while others go first: 503, Retry-After, and how a program can get before the crowd.
http::Response crowded_response();

}  // namespace hotline::intake
