#pragma once

#include "config/error.hpp"
#include "server/intake/standing.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <unordered_map>

namespace hotline::intake {

/// Work that somebody waits for.
class Task {
 public:
  virtual ~Task() = default;
  /// Does it and tells the one who waits.
  virtual void run() noexcept = 0;
  /// Tells them that it will not be done.
  virtual void refuse(Errc reason) noexcept = 0;
};

/// Who is next when many wait: those within their budgets before the crowd; in each of the two the senders take turns, so that a
/// sender with a thousand waits does not lengthen another's; one sender's own in the order of their coming, fresh connections first.
/// Not for several threads at once.
class FairQueue {
 public:
  explicit FairQueue(std::size_t tasks_max) : tasks_max_(tasks_max) {}

  /// Adds a task. When that is one too many, gives back the one to refuse: the newest of the sender with most tasks waiting, which
  /// may be the one that was added; of several such senders, one in the crowd.
  std::unique_ptr<Task> add(Standing standing, std::unique_ptr<Task> task);
  /// The next one, or none.
  std::unique_ptr<Task> take();
  std::size_t size() const noexcept { return size_; }

 private:
  using Tasks = std::deque<std::unique_ptr<Task>>;
  struct Waiting {
    Tasks fresh;
    Tasks others;
    bool empty() const noexcept { return fresh.empty() && others.empty(); }
    std::size_t size() const noexcept { return fresh.size() + others.size(); }
    std::unique_ptr<Task> first();
    std::unique_ptr<Task> newest();
  };
  /// Those within budget, or those in the crowd.
  struct Lane {
    std::unordered_map<std::uint64_t, Waiting> senders;
    std::deque<std::uint64_t> turns;      ///< every sender who waits, once
    void add(const Standing& standing, std::unique_ptr<Task> task);
    std::unique_ptr<Task> take();
    std::size_t size_of(std::uint64_t sender) const;
  };
  std::unique_ptr<Task> drop_one(const Standing& added);

  std::size_t tasks_max_;
  std::size_t size_ = 0;
  Lane within_budget_;
  Lane crowd_;
};

}  // namespace hotline::intake
