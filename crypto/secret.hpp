#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"

#include <memory>
#include <string_view>

namespace hotline::crypto {

/// Starts libsodium. Call once, first thing in a process; throws std::runtime_error when no randomness is to be had.
void initialise();

/// Overwrites so that the compiler cannot leave it out.
void wipe(MutableBytes bytes) noexcept;
/// Overwrites what returned functions left on the stack below the caller, `stack_wipe_bytes` deep.
/// Called after each piece of work that had a person's words in local variables.
void wipe_stack() noexcept;
inline constexpr std::size_t stack_wipe_bytes = 64 * 1024;

/// Constant-time comparison of equal lengths; unequal lengths are unequal at once.
bool equal_in_constant_time(Bytes a, Bytes b) noexcept;

/// A short secret of fixed size, stored in place: file keys, hashes, seeds on their way. Wiped when it ends or is moved from.
/// Memory locking is the process's (server/app/lockdown). No ==, no <<, no copy: `reveal()` is the one way in.
template <std::size_t N>
class Secret {
 public:
  static constexpr std::size_t size = N;
  Secret() noexcept = default;
  explicit Secret(std::span<const Byte, N> bytes) noexcept { std::memcpy(bytes_.data(), bytes.data(), N); }
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      wipe(other.bytes_);
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(bytes_); }

  std::span<const Byte, N> reveal() const noexcept { return bytes_; }
  std::span<Byte, N> reveal_mutable() noexcept { return bytes_; }
  Secret duplicate() const noexcept { return Secret(reveal()); }

 private:
  ByteArray<N> bytes_{};
};

/// A long-lived key in guarded, locked memory of its own (sodium_malloc): database key, server keys, member secrets.
/// Costs several pages and system calls each: for keys that live as long as a process or a session.
class LockedKey {
 public:
  /// Fails with Errc::out_of_memory.
  static Result<LockedKey> create(Bytes bytes);
  LockedKey(LockedKey&&) noexcept = default;
  LockedKey& operator=(LockedKey&&) noexcept = default;
  ~LockedKey() = default;

  std::size_t size() const noexcept { return size_; }
  Bytes reveal() const noexcept { return {memory_.get(), size_}; }

 private:
  struct Free {
    void operator()(Byte* memory) const noexcept;
  };
  LockedKey(Byte* memory, std::size_t size) noexcept : memory_(memory), size_(size) {}
  std::unique_ptr<Byte[], Free> memory_;
  std::size_t size_;
};

/// Allocator that wipes what it gives back.
template <class T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() noexcept = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U>&) noexcept {}
  T* allocate(std::size_t n) { return std::allocator<T>().allocate(n); }
  void deallocate(T* p, std::size_t n) noexcept {
    wipe({reinterpret_cast<Byte*>(p), n * sizeof(T)});
    std::allocator<T>().deallocate(p, n);
  }
  template <class U>
  bool operator==(const WipingAllocator<U>&) const noexcept {
    return true;
  }
};

/// A growing buffer for people's words and other secrets of any size: move-only, wiped on growth and end,
/// never kept in the object itself (no short-string copy on the stack).
class SecretBuffer {
 public:
  SecretBuffer() = default;
  explicit SecretBuffer(Bytes bytes) : bytes_(bytes.begin(), bytes.end()) {}
  explicit SecretBuffer(std::string_view text) : SecretBuffer(as_bytes(text)) {}
  SecretBuffer(SecretBuffer&&) noexcept = default;
  SecretBuffer& operator=(SecretBuffer&&) noexcept = default;
  SecretBuffer(const SecretBuffer&) = delete;
  SecretBuffer& operator=(const SecretBuffer&) = delete;
  ~SecretBuffer() = default;

  std::size_t size() const noexcept { return bytes_.size(); }
  bool empty() const noexcept { return bytes_.empty(); }
  void reserve(std::size_t n) { bytes_.reserve(n); }
  void append(Bytes more) { bytes_.insert(bytes_.end(), more.begin(), more.end()); }
  void append(std::string_view more) { append(as_bytes(more)); }
  void push_back(Byte byte) { bytes_.push_back(byte); }
  /// Grown bytes are zero; bytes cut off stay in memory until the buffer ends, then are wiped.
  void resize(std::size_t n) { bytes_.resize(n); }
  void clear() noexcept {
    wipe(bytes_);
    bytes_.clear();
  }
  SecretBuffer duplicate() const { return SecretBuffer(reveal()); }

  Bytes reveal() const noexcept { return bytes_; }
  MutableBytes reveal_mutable() noexcept { return bytes_; }
  std::string_view reveal_text() const noexcept { return as_text(bytes_); }

 private:
  std::vector<Byte, WipingAllocator<Byte>> bytes_;
};

}  // namespace hotline::crypto
