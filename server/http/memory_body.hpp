#pragma once

#include "server/http/message.hpp"

#include <algorithm>

namespace hotline::http {

/// A body that is in memory already: for handlers that are called without a socket. The memory must outlive it.
class MemoryBody final : public BodyReader {
 public:
  explicit MemoryBody(Bytes bytes, std::size_t piece_bytes = 64 * 1024) : rest_(bytes), size_(bytes.size()), piece_(piece_bytes) {}

  Awaitable<Result<Bytes>> read_some() override {
    const Bytes piece = rest_.first(std::min(piece_, rest_.size()));
    rest_ = rest_.subspan(piece.size());
    co_return piece;
  }
  std::optional<std::uint64_t> declared_size() const override { return size_; }

 private:
  Bytes rest_;
  std::uint64_t size_;
  std::size_t piece_;
};

}  // namespace hotline::http
