#include "storage/sqlcipher/job_queue.hpp"

#include <algorithm>

namespace hotline::storage::sqlcipher {

std::optional<Errc> JobQueue::push(std::unique_ptr<Job>& job) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return Errc::closed;
    if (jobs_.size() >= jobs_max_) return Errc::busy;
    jobs_.push_back(std::move(job));
  }
  filled_.notify_one();
  return std::nullopt;
}

bool JobQueue::take(std::vector<std::unique_ptr<Job>>& jobs, std::size_t count_max) {
  std::unique_lock lock(mutex_);
  filled_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
  return move_out(jobs, count_max);
}

bool JobQueue::take(std::vector<std::unique_ptr<Job>>& jobs, std::size_t count_max, std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  if (!filled_.wait_for(lock, wait, [this] { return closed_ || !jobs_.empty(); })) return true;
  return move_out(jobs, count_max);
}

bool JobQueue::move_out(std::vector<std::unique_ptr<Job>>& jobs, std::size_t count_max) {
  if (jobs_.empty()) return false;
  const std::size_t count = std::min(count_max, jobs_.size());
  for (std::size_t i = 0; i < count; ++i) {
    jobs.push_back(std::move(jobs_.front()));
    jobs_.pop_front();
  }
  return true;
}

void JobQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  filled_.notify_all();
}

std::size_t JobQueue::size() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

}  // namespace hotline::storage::sqlcipher
