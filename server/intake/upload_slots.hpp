#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace hotline::intake {

/// How many requests may be receiving files at the same time: each holds some hundred KiB while it does. Any thread.
class UploadSlots {
 public:
  explicit UploadSlots(std::size_t most) : most_(most) {}
  UploadSlots(const UploadSlots&) = delete;
  UploadSlots& operator=(const UploadSlots&) = delete;

  /// A place among them, given back when it ends. Must not outlive the slots.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(slots_, other.slots_);
      return *this;
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
      if (slots_ != nullptr) slots_->taken_.fetch_sub(1);
    }
    explicit operator bool() const noexcept { return slots_ != nullptr; }

   private:
    friend class UploadSlots;
    explicit Place(UploadSlots* slots) : slots_(slots) {}
    UploadSlots* slots_ = nullptr;
  };

  /// Empty when all are taken.
  Place take() noexcept {
    if (taken_.fetch_add(1) < most_) return Place(this);
    taken_.fetch_sub(1);
    return Place();
  }

 private:
  std::size_t most_;
  std::atomic<std::size_t> taken_{0};
};

}  // namespace hotline::intake
