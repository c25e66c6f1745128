#include "server/intake/fair_queue.hpp"

#include "crypto/random.hpp"

#include <utility>

namespace hotline::intake {
namespace {

/// So many of those within budget go before the crowd has a turn: whoever solves work without end does not shut it out.
constexpr int turns_before_crowd_max = 3;

std::unique_ptr<Task> pop_front(std::deque<std::unique_ptr<Task>>& tasks) {
  std::unique_ptr<Task> task = std::move(tasks.front());
  tasks.pop_front();
  return task;
}

std::size_t random_below(std::size_t end) noexcept {
  std::uint64_t number = 0;
  crypto::random_bytes({reinterpret_cast<Byte*>(&number), sizeof(number)});
  return static_cast<std::size_t>(number % end);
}

}  // namespace

std::unique_ptr<Task> FairQueue::Waiting::first() { return pop_front(fresh.empty() ? others : fresh); }
std::unique_ptr<Task> FairQueue::Waiting::any() {
  Tasks& tasks = others.empty() ? fresh : others;
  const auto at = tasks.begin() + static_cast<Tasks::difference_type>(random_below(tasks.size()));
  std::unique_ptr<Task> task = std::move(*at);
  tasks.erase(at);
  return task;
}

void FairQueue::Lane::add(const Standing& standing, std::unique_ptr<Task> task) {
  const auto [found, is_new] = senders.try_emplace(standing.sender);
  if (is_new) turns.push_back(standing.sender);
  found->second.group = standing.group;
  (standing.fresh ? found->second.fresh : found->second.others).push_back(std::move(task));
}

FairQueue::Turn FairQueue::Lane::take() {
  while (!turns.empty()) {
    const std::uint64_t sender = turns.front();
    turns.pop_front();
    const auto found = senders.find(sender);
    Turn turn{found->second.group, found->second.empty() ? nullptr : found->second.first()};
    if (found->second.empty()) {
      senders.erase(found);
    } else {
      turns.push_back(sender);
    }
    if (turn.task) return turn;
  }
  return {};
}

std::size_t FairQueue::Lane::size_of(std::uint64_t sender) const {
  const auto found = senders.find(sender);
  return found == senders.end() ? 0 : found->second.size();
}

std::unique_ptr<Task> FairQueue::take() {
  const bool crowd_first = turns_before_crowd_ >= turns_before_crowd_max;
  Lane* lane = crowd_first ? &crowd_ : &within_budget_;
  Turn turn = lane->take();
  if (!turn.task) {
    lane = crowd_first ? &within_budget_ : &crowd_;
    turn = lane->take();
  }
  if (!turn.task) return nullptr;
  turns_before_crowd_ = lane == &crowd_ ? 0 : turns_before_crowd_ + 1;
  forget(turn.group, *lane);
  return std::move(turn.task);
}

std::unique_ptr<Task> FairQueue::add(Standing standing, std::unique_ptr<Task> task) {
  Share& share = groups_[standing.group];
  (standing.within_budget ? within_budget_ : crowd_).add(standing, std::move(task));
  ++share.all;
  if (!standing.within_budget) ++share.in_crowd;
  ++size_;
  return size_ > tasks_max_ ? drop_one() : nullptr;
}

std::unique_ptr<Task> FairQueue::drop_one() {
  const std::uint64_t group = fullest_group();
  const std::uint64_t sender = sender_to_lose(group);
  Lane& lane = crowd_.size_of(sender) != 0 ? crowd_ : within_budget_;
  forget(group, lane);
  // An empty place stays until its turn comes: it is taken out there.
  return lane.senders.find(sender)->second.any();
}

std::uint64_t FairQueue::fullest_group() const {
  std::uint64_t fullest = 0;
  Share most;
  std::size_t equals = 0;
  for (const auto& [group, share] : groups_) {
    const auto rank = [](const Share& of) { return std::pair(of.all, of.in_crowd != 0); };
    if (rank(share) < rank(most)) continue;
    equals = rank(share) == rank(most) ? equals + 1 : 1;
    if (random_below(equals) != 0) continue;
    fullest = group;
    most = share;
  }
  return fullest;
}

std::uint64_t FairQueue::sender_to_lose(std::uint64_t group) const {
  const std::size_t all = groups_.find(group)->second.all;
  const std::size_t chosen = random_below(all);
  std::uint64_t loser = 0;
  std::size_t passed = 0;
  for (const Lane* lane : {&within_budget_, &crowd_}) {
    for (const auto& [sender, waiting] : lane->senders) {
      if (waiting.group != group) continue;
      if (2 * (within_budget_.size_of(sender) + crowd_.size_of(sender)) > all) return sender;
      if (chosen >= passed && chosen < passed + waiting.size()) loser = sender;
      passed += waiting.size();
    }
  }
  return loser;
}

void FairQueue::forget(std::uint64_t group, const Lane& lane) noexcept {
  --size_;
  const auto share = groups_.find(group);
  if (&lane == &crowd_) --share->second.in_crowd;
  if (--share->second.all == 0) groups_.erase(share);
}

}  // namespace hotline::intake
