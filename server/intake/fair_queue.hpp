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

/// Who is next when many wait: those within their budgets before the crowd, which has every fourth turn all the same; in each of the two
/// the senders take turns, so that a sender with a thousand waits does not lengthen another's; one sender's own in the order of their
/// coming, fresh connections first. Not for several threads at once.
class FairQueue {
 public:
  explicit FairQueue(std::size_t tasks_max) : tasks_max_(tasks_max) {}

  /// Adds a task. When that is one too many, gives back the one to refuse, which may be the one that was added: chance takes it from the
  /// group with most tasks waiting (of several such groups, from one in the crowd), and there from the sender who has more than half of
  /// them, if one has. So nobody is refused for having come last, and solved work buys turns, not places.
  std::unique_ptr<Task> add(Standing standing, std::unique_ptr<Task> task);
  /// The next one, or none.
  std::unique_ptr<Task> take();
  std::size_t size() const noexcept { return size_; }

 private:
  using Tasks = std::deque<std::unique_ptr<Task>>;
  struct Waiting {
    std::uint64_t group = 0;
    Tasks fresh;
    Tasks others;
    bool empty() const noexcept { return fresh.empty() && others.empty(); }
    std::size_t size() const noexcept { return fresh.size() + others.size(); }
    std::unique_ptr<Task> first();
    /// Any of them; of worn connections while there are such.
    std::unique_ptr<Task> any();
  };
  struct Turn {
    std::uint64_t group = 0;
    std::unique_ptr<Task> task;
  };
  /// Those within budget, or those in the crowd.
  struct Lane {
    std::unordered_map<std::uint64_t, Waiting> senders;
    std::deque<std::uint64_t> turns;      ///< every sender who waits, once
    void add(const Standing& standing, std::unique_ptr<Task> task);
    Turn take();
    std::size_t size_of(std::uint64_t sender) const;
  };
  /// How much of a group waits.
  struct Share {
    std::size_t all = 0;
    std::size_t in_crowd = 0;
  };
  std::unique_ptr<Task> drop_one();
  std::uint64_t fullest_group() const;
  std::uint64_t sender_to_lose(std::uint64_t group) const;
  void forget(std::uint64_t group, const Lane& lane) noexcept;

  std::size_t tasks_max_;
  std::size_t size_ = 0;
  Lane within_budget_;
  Lane crowd_;
  std::unordered_map<std::uint64_t, Share> groups_;
  int turns_before_crowd_ = 0;            ///< taken since the crowd had one
};

}  // namespace hotline::intake
