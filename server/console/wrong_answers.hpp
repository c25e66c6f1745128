#pragma once

#include "config/bytes.hpp"
#include "config/limits.hpp"
#include "server/http/message.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>

namespace hotline::console {

/// Makes guessing slow: only a wrong answer waits, longer with each one for the same account, and all wrong answers of the process
/// queue behind each other. A right answer never waits, so nobody can be locked out by guesses. Each who waits holds a connection, so only
/// so many do, and the rest is told at once. In memory only; any thread.
class WrongAnswers {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr int doublings_max = 4;                            ///< 0.5 s, 1, 2, 4 and then 8 s
  static constexpr std::chrono::minutes forgotten_after{15};         ///< without another wrong answer
  static constexpr std::chrono::milliseconds between_any_two{50};    ///< of the whole process
  static constexpr std::chrono::milliseconds wait_max{30'000};
  static constexpr std::size_t accounts_max = 4096;                  ///< whichever was guessed at longest ago is forgotten first

  /// `first_wait` 0: nobody waits.
  explicit WrongAnswers(std::chrono::milliseconds first_wait, std::size_t waiting_max = Limits{}.wrong_answers_waiting_max)
      : first_wait_(first_wait), waiting_max_(waiting_max) {}

  /// Counts a wrong answer for an account (whatever names it, known or not) and says how long its sender waits.
  std::chrono::milliseconds count(std::string_view account, Time now = std::chrono::steady_clock::now());
  /// Counts a try before its outcome is known, so that many at once are no way around. False: there were `tries_max` already.
  bool claim(std::string_view account, unsigned tries_max, Time now = std::chrono::steady_clock::now());
  void forget(std::string_view account);

  struct Leave {
    void operator()(WrongAnswers* of) const noexcept { --of->waiting_; }
  };
  /// One who waits, until it goes.
  using Place = std::unique_ptr<WrongAnswers, Leave>;
  struct Wait {
    Place place;                          ///< empty: as many wait as may
    std::chrono::milliseconds time{0};
  };
  /// Counts a wrong answer. Who gets no place does not make the others wait longer.
  Wait begin(std::string_view account);

  /// Counts, and waits that long. False, at once: as many wait as may.
  http::Awaitable<bool> wait_after_wrong(std::string_view account);

 private:
  struct Entry {
    unsigned wrong = 0;
    Time last;
  };
  Entry& entry_of(std::string_view account, Time now);

  const std::chrono::milliseconds first_wait_;
  const std::size_t waiting_max_;
  std::atomic<std::size_t> waiting_{0};
  std::mutex mutex_;
  std::map<ByteArray<32>, Entry> accounts_;
  Time next_free_{};
};

/// What is told to who was wrong and got no place to wait: 503.
http::Response too_many_wrong();

}  // namespace hotline::console
