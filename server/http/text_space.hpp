#pragma once

#include "config/limits.hpp"
#include "server/http/message.hpp"
#include "server/http/sender.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace hotline::http {

/// How much memory the words of requests that are still coming in, and pages that give them back, may take together: each request has 64 KiB
/// for itself, and they share half as much as Limits::connections_max would have so for what is more. So no number of slow senders or readers
/// fills the machine. One address has at most an eighth of it, all over Unix sockets together three quarters. Any thread.
class TextSpace {
 public:
  static constexpr std::size_t own_bytes = 64 * 1024;

  explicit TextSpace(const Limits& limits) : most_(limits.connections_max * own_bytes / 2) {}
  TextSpace(const TextSpace&) = delete;
  TextSpace& operator=(const TextSpace&) = delete;

  /// What one request has of it, given back when it ends. Must not outlive the space.
  class Share {
   public:
    Share(TextSpace& space, std::uint64_t sender) : space_(space), group_(sender_group(sender)) {}
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() { space_.give_back(group_, taken_); }
    /// Of a request that holds so many bytes now. False: there is no room for them.
    bool grow(std::size_t bytes);

   private:
    TextSpace& space_;
    const std::uint64_t group_;
    std::size_t taken_ = 0;
  };

 private:
  bool take(std::uint64_t group, std::size_t bytes);
  void give_back(std::uint64_t group, std::size_t bytes) noexcept;

  const std::size_t most_;
  std::mutex mutex_;
  std::size_t taken_ = 0;
  std::unordered_map<std::uint64_t, std::size_t> shares_;
};

/// A response's own text counts with the request's share for as long as it is being written. False: there is no room for it.
bool hold_until_written(Response& response, std::shared_ptr<TextSpace::Share> share);

}  // namespace hotline::http
