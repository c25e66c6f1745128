#include "server/http/text_space.hpp"

namespace hotline::http {
namespace {

/// So that not every piece that comes in is counted under the lock.
constexpr std::size_t step_bytes = 64 * 1024;

}  // namespace

bool TextSpace::Share::grow(std::size_t bytes) {
  while (own_bytes + taken_ < bytes) {
    if (!space_.take(group_, step_bytes)) return false;
    taken_ += step_bytes;
  }
  return true;
}

bool TextSpace::take(std::uint64_t group, std::size_t bytes) {
  const bool is_address = group >= senders_begin;
  const std::size_t most_each = is_address ? most_ / 8 : most_ - most_ / 4;
  const std::lock_guard lock(mutex_);
  const auto found = shares_.find(group);
  const std::size_t has = found == shares_.end() ? 0 : found->second;
  if (taken_ + bytes > most_ || has + bytes > most_each) return false;
  shares_[group] += bytes;
  taken_ += bytes;
  return true;
}

void TextSpace::give_back(std::uint64_t group, std::size_t bytes) noexcept {
  if (bytes == 0) return;
  const std::lock_guard lock(mutex_);
  taken_ -= bytes;
  if (const auto share = shares_.find(group); share != shares_.end() && (share->second -= bytes) == 0) shares_.erase(share);
}

bool hold_until_written(Response& response, std::shared_ptr<TextSpace::Share> share) {
  const auto* text = std::get_if<std::string>(&response.body);
  if (text == nullptr) return true;   // shared by all, or made piece by piece
  if (!share->grow(text->size())) return false;
  response.room = std::move(share);
  return true;
}

}  // namespace hotline::http
