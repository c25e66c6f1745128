#pragma once

#include "storage/outbox.hpp"

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace hotline::test {

/// An outbox in memory that can be waited on, and that can fail. Any thread.
class MemoryOutbox final : public storage::Outbox {
 public:
  using State = storage::TextState;
  using Reason = storage::TextReason;

  storage::Awaitable<Result<void>> add(storage::TextRow row, ByteVector sealed) override {
    if (while_adding) while_adding();
    const std::lock_guard lock(mutex_);
    const bool known = std::any_of(kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.row.id == row.id; });
    if (!known) kept_.push_back({std::move(row), std::move(sealed), false, {}});
    co_return Result<void>();
  }
  storage::Awaitable<Result<ByteVector>> attempt(TextId id) override {
    const std::lock_guard lock(mutex_);
    if (attempts_that_throw > 0) {
      --attempts_that_throw;
      throw std::runtime_error("no memory");
    }
    Kept* kept = waiting(id);
    if (kept == nullptr) co_return Errc::not_found;
    kept->tried = true;
    co_return kept->sealed;
  }
  storage::Awaitable<Result<void>> retry(TextId id) override {
    const std::lock_guard lock(mutex_);
    Kept* kept = waiting(id);
    if (kept == nullptr) co_return Errc::not_found;
    kept->tried = false;
    changed_.notify_all();
    co_return Result<void>();
  }
  storage::Awaitable<Result<void>> settle(TextId id, State state, Reason reason, std::string code, std::vector<storage::ReportKey> keys,
                                          std::int64_t hour) override {
    const std::lock_guard lock(mutex_);
    if (settles_that_fail > 0) {
      --settles_that_fail;
      co_return Errc::storage_full;
    }
    Kept* kept = waiting(id);
    if (kept == nullptr) co_return Errc::not_found;
    kept->row.state = state;
    kept->row.reason = reason;
    kept->row.code = std::move(code);
    kept->row.state_hour = hour;
    kept->sealed.clear();
    kept->keys = std::move(keys);
    changed_.notify_all();
    co_return Result<void>();
  }
  storage::Awaitable<Result<void>> report(storage::ReportKey key, State state, Reason reason, std::string code, std::int64_t) override {
    const std::lock_guard lock(mutex_);
    for (Kept& kept : kept_) {
      if (std::find(kept.keys.begin(), kept.keys.end(), key) == kept.keys.end()) continue;
      kept.row.state = state;
      kept.row.reason = reason;
      kept.row.code = code;
      changed_.notify_all();
      co_return Result<void>();
    }
    co_return Errc::not_found;
  }
  storage::Awaitable<Result<std::vector<storage::TextRow>>> of_case(CaseId) override { co_return std::vector<storage::TextRow>(); }
  storage::Awaitable<Result<std::size_t>> give_up_all(std::int64_t) override {
    if (give_ups_that_throw > 0) {
      --give_ups_that_throw;
      throw std::runtime_error("no memory");
    }
    if (give_ups_that_fail > 0) {
      --give_ups_that_fail;
      co_return Errc::storage_full;
    }
    co_return std::size_t{0};
  }

  storage::TextRow row(TextId id) {
    const std::lock_guard lock(mutex_);
    return find(id)->row;
  }
  bool tried(TextId id) {
    const std::lock_guard lock(mutex_);
    return find(id)->tried;
  }
  /// Waits until the text is anything but waiting; gives its row.
  storage::TextRow settled(TextId id) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return find(id)->row.state != State::waiting; });
    return find(id)->row;
  }
  /// Waits until the text has come to this state.
  storage::TextRow become(TextId id, State state) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return find(id)->row.state == state; });
    return find(id)->row;
  }

  int attempts_that_throw = 0;   ///< before the runner has something to do
  int settles_that_fail = 0;
  int give_ups_that_fail = 0;
  int give_ups_that_throw = 0;
  std::function<void()> while_adding;

 private:
  struct Kept {
    storage::TextRow row;
    ByteVector sealed;
    bool tried;
    std::vector<storage::ReportKey> keys;
  };
  Kept* find(TextId id) {
    const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.row.id == id; });
    if (found == kept_.end()) throw std::logic_error("no such text");
    return &*found;
  }
  Kept* waiting(TextId id) {
    Kept* kept = find(id);
    return kept->sealed.empty() ? nullptr : kept;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Kept> kept_;
};

}  // namespace hotline::test
