#pragma once

#include "config/limits.hpp"
#include "server/http/sender.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace hotline::http {

/// How many requests may be receiving files at the same time: each holds some hundred KiB while it does. No address may have more
/// than Limits::uploads_per_sender_max of them, and the last quarter is for senders who have none. Who has had a place for ten seconds and
/// brings less than 16 KiB a second loses it once another needs one, the slowest first. Any thread.
class UploadSlots {
 private:
  struct Held;

 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit UploadSlots(const Limits& limits)
      : most_(limits.uploads_max), most_each_(limits.uploads_per_sender_max), kept_back_(limits.uploads_max / 4) {}
  UploadSlots(const UploadSlots&) = delete;
  UploadSlots& operator=(const UploadSlots&) = delete;

  /// A place among them, given back when it ends. Must not outlive the slots.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)), held_(other.held_) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(slots_, other.slots_);
      std::swap(held_, other.held_);
      return *this;
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
      if (slots_ != nullptr) slots_->give_back(held_);
    }
    explicit operator bool() const noexcept { return slots_ != nullptr; }
    /// Notes what was received at it. False: another was given the place, and this request is to drop what it holds.
    bool brought(std::size_t bytes, Time now = std::chrono::steady_clock::now()) { return slots_ != nullptr && slots_->note(*held_, bytes, now); }

   private:
    friend class UploadSlots;
    Place(UploadSlots* slots, std::list<Held>::iterator held) : slots_(slots), held_(held) {}
    UploadSlots* slots_ = nullptr;
    std::list<Held>::iterator held_;
  };

  /// For a request of that sender (Request::sender); empty when it gets none now.
  Place take(std::uint64_t sender, Time now = std::chrono::steady_clock::now());

 private:
  /// What is known of a place: the bytes of this stretch of time and of the one before.
  struct Held {
    std::uint64_t group = 0;
    bool lost = false;
    Time since;
    Time earlier_since;
    std::uint64_t bytes = 0;
    std::uint64_t earlier_bytes = 0;
  };
  bool note(Held& held, std::size_t bytes, Time now);
  void give_back(std::list<Held>::iterator held) noexcept;
  /// All under the lock.
  std::size_t share_of(std::uint64_t group) const;
  bool has_its_share(std::uint64_t group, std::size_t has) const noexcept;
  bool admits(std::uint64_t group, std::size_t taken, std::size_t has) const noexcept;
  Held* slowest(std::optional<std::uint64_t> group, Time now);
  void leave(std::uint64_t group) noexcept;

  const std::size_t most_;
  const std::size_t most_each_;
  const std::size_t kept_back_;
  std::mutex mutex_;
  std::size_t taken_ = 0;
  std::unordered_map<std::uint64_t, std::size_t> shares_;
  std::list<Held> held_;
};

}  // namespace hotline::http
