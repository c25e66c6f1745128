#pragma once

#include "config/limits.hpp"
#include "server/http/sender.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace hotline::http {

/// How many requests may be receiving files at the same time: each holds some hundred KiB while it does. No address may have more
/// than Limits::uploads_per_sender_max of them, and the last quarter is for senders who have none. Any thread.
class UploadSlots {
 public:
  explicit UploadSlots(const Limits& limits)
      : most_(limits.uploads_max), most_each_(limits.uploads_per_sender_max), kept_back_(limits.uploads_max / 4) {}
  UploadSlots(const UploadSlots&) = delete;
  UploadSlots& operator=(const UploadSlots&) = delete;

  /// A place among them, given back when it ends. Must not outlive the slots.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)), group_(other.group_) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(slots_, other.slots_);
      std::swap(group_, other.group_);
      return *this;
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
      if (slots_ != nullptr) slots_->give_back(group_);
    }
    explicit operator bool() const noexcept { return slots_ != nullptr; }

   private:
    friend class UploadSlots;
    Place(UploadSlots* slots, std::uint64_t group) : slots_(slots), group_(group) {}
    UploadSlots* slots_ = nullptr;
    std::uint64_t group_ = 0;
  };

  /// For a request of that sender (Request::sender); empty when it gets none now.
  Place take(std::uint64_t sender);

 private:
  void give_back(std::uint64_t group) noexcept;

  const std::size_t most_;
  const std::size_t most_each_;
  const std::size_t kept_back_;
  std::mutex mutex_;
  std::size_t taken_ = 0;
  std::unordered_map<std::uint64_t, std::size_t> shares_;
};

}  // namespace hotline::http
