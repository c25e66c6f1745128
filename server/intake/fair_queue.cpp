#include "server/intake/fair_queue.hpp"

#include <algorithm>
#include <utility>

namespace hotline::intake {
namespace {

std::unique_ptr<Task> pop_front(std::deque<std::unique_ptr<Task>>& tasks) {
  std::unique_ptr<Task> task = std::move(tasks.front());
  tasks.pop_front();
  return task;
}

std::unique_ptr<Task> pop_back(std::deque<std::unique_ptr<Task>>& tasks) {
  std::unique_ptr<Task> task = std::move(tasks.back());
  tasks.pop_back();
  return task;
}

}  // namespace

std::unique_ptr<Task> FairQueue::Waiting::first() { return pop_front(fresh.empty() ? others : fresh); }
std::unique_ptr<Task> FairQueue::Waiting::newest() { return pop_back(others.empty() ? fresh : others); }

void FairQueue::Lane::add(const Standing& standing, std::unique_ptr<Task> task) {
  const auto [found, is_new] = senders.try_emplace(standing.sender);
  if (is_new) turns.push_back(standing.sender);
  (standing.fresh ? found->second.fresh : found->second.others).push_back(std::move(task));
}

std::unique_ptr<Task> FairQueue::Lane::take() {
  while (!turns.empty()) {
    const std::uint64_t sender = turns.front();
    turns.pop_front();
    const auto found = senders.find(sender);
    std::unique_ptr<Task> task = found->second.empty() ? nullptr : found->second.first();
    if (found->second.empty()) {
      senders.erase(found);
    } else {
      turns.push_back(sender);
    }
    if (task) return task;
  }
  return nullptr;
}

std::size_t FairQueue::Lane::size_of(std::uint64_t sender) const {
  const auto found = senders.find(sender);
  return found == senders.end() ? 0 : found->second.size();
}

std::unique_ptr<Task> FairQueue::take() {
  std::unique_ptr<Task> task = within_budget_.take();
  if (!task) task = crowd_.take();
  if (task) --size_;
  return task;
}

std::unique_ptr<Task> FairQueue::add(Standing standing, std::unique_ptr<Task> task) {
  (standing.within_budget ? within_budget_ : crowd_).add(standing, std::move(task));
  ++size_;
  return size_ > tasks_max_ ? drop_one(standing) : nullptr;
}

std::unique_ptr<Task> FairQueue::drop_one(const Standing& added) {
  // The sender of the one that was added unless another has more, or as much with one of it in the crowd.
  std::uint64_t most_sender = added.sender;
  std::size_t most = within_budget_.size_of(added.sender) + crowd_.size_of(added.sender);
  bool most_in_crowd = crowd_.size_of(added.sender) != 0;
  const auto compare = [&](std::uint64_t sender) {
    const std::size_t in_crowd = crowd_.size_of(sender);
    const std::size_t all = in_crowd + within_budget_.size_of(sender);
    if (all < most || (all == most && (most_in_crowd || in_crowd == 0))) return;
    most_sender = sender;
    most = all;
    most_in_crowd = in_crowd != 0;
  };
  for (const auto& [sender, waiting] : within_budget_.senders) compare(sender);
  for (const auto& [sender, waiting] : crowd_.senders) compare(sender);
  Lane& lane = most_in_crowd ? crowd_ : within_budget_;
  --size_;
  // An empty place stays until its turn comes: it is taken out there.
  return lane.senders.find(most_sender)->second.newest();
}

}  // namespace hotline::intake
