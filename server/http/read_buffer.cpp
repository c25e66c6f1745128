#include "server/http/read_buffer.hpp"

#include "crypto/secret.hpp"

#include <algorithm>
#include <cstring>

namespace hotline::http {

std::string_view ReadBuffer::data() const noexcept { return as_text({memory_.get() + begin_, size()}); }

MutableBytes ReadBuffer::prepare(std::size_t least, std::size_t most) {
  if (size() >= most) return {};
  if (begin_ == end_) begin_ = end_ = 0;
  if (end_ == capacity_ && begin_ > 0) {
    std::memmove(memory_.get(), memory_.get() + begin_, size());
    end_ -= begin_;
    begin_ = 0;
  }
  const std::size_t wanted = std::min(most, end_ == capacity_ ? std::max(least, capacity_ * 2) : least);
  if (capacity_ < wanted) move_to(std::unique_ptr<Byte[]>(new Byte[wanted]), wanted);
  return {memory_.get() + end_, std::min(capacity_ - end_, most - size())};
}

void ReadBuffer::commit(std::size_t size) noexcept {
  end_ += size;
  written_ = std::max(written_, end_);
}

void ReadBuffer::consume(std::size_t size) noexcept { begin_ += size; }

void ReadBuffer::wipe_used() {
  if (empty() && capacity_ > idle_buffer_bytes) return release();
  if (capacity_ == 0) return;
  std::memmove(memory_.get(), memory_.get() + begin_, size());
  end_ -= begin_;
  begin_ = 0;
  if (written_ > end_) crypto::wipe({memory_.get() + end_, written_ - end_});
  written_ = end_;
}

void ReadBuffer::release() noexcept {
  if (written_ > 0) crypto::wipe({memory_.get(), written_});
  memory_.reset();
  capacity_ = begin_ = end_ = written_ = 0;
}

void ReadBuffer::move_to(std::unique_ptr<Byte[]> memory, std::size_t capacity) noexcept {
  const std::size_t kept = size();
  if (kept > 0) std::memcpy(memory.get(), memory_.get() + begin_, kept);
  release();
  memory_ = std::move(memory);
  capacity_ = capacity;
  end_ = written_ = kept;
}

}  // namespace hotline::http
