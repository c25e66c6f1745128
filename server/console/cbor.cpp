#include "server/console/cbor.hpp"

#include <cstdint>
#include <optional>

namespace hotline::console {
namespace {

constexpr unsigned depth_max = 8;

enum Major : unsigned { unsigned_number = 0, negative_number = 1, byte_string = 2, text_string = 3, array = 4, map_of_pairs = 5, tag = 6, simple = 7 };

struct Head {
  unsigned major = 0;
  std::uint64_t value = 0;
};

class Reader {
 public:
  explicit Reader(Bytes rest) : rest_(rest) {}
  bool at_end() const { return rest_.empty(); }

  std::optional<Head> head() {
    if (rest_.empty()) return std::nullopt;
    const unsigned first = rest_.front();
    rest_ = rest_.subspan(1);
    Head head{first >> 5, first & 31U};
    if (head.value < 24) return head;
    if (head.value > 27) return std::nullopt;   // reserved, or of indefinite length
    const std::size_t size = std::size_t{1} << (head.value - 24);
    if (rest_.size() < size) return std::nullopt;
    head.value = 0;
    for (std::size_t i = 0; i < size; ++i) head.value = head.value << 8 | rest_[i];
    rest_ = rest_.subspan(size);
    return head;
  }

  std::optional<Bytes> take(std::uint64_t size) {
    if (size > rest_.size()) return std::nullopt;
    const Bytes taken = rest_.first(static_cast<std::size_t>(size));
    rest_ = rest_.subspan(static_cast<std::size_t>(size));
    return taken;
  }

  bool skip(unsigned depth = 0) {
    const auto item = head();
    if (!item || depth > depth_max) return false;
    switch (item->major) {
      case byte_string:
      case text_string: return take(item->value).has_value();
      case array: return skip_many(item->value, depth);
      case map_of_pairs: return item->value <= rest_.size() && skip_many(item->value * 2, depth);
      case tag: return skip(depth + 1);
      default: return true;   // numbers and simple values are their heads
    }
  }

 private:
  bool skip_many(std::uint64_t count, unsigned depth) {
    if (count > rest_.size()) return false;   // each takes a byte at least
    for (; count > 0; --count) {
      if (!skip(depth + 1)) return false;
    }
    return true;
  }

  Bytes rest_;
};

}  // namespace

Result<Bytes> cbor_bytes_member(Bytes map, std::string_view name) {
  Reader reader(map);
  const auto outer = reader.head();
  if (!outer || outer->major != map_of_pairs) return Errc::malformed;
  std::optional<Bytes> found;
  for (std::uint64_t i = 0; i < outer->value; ++i) {
    const auto key_head = reader.head();
    if (!key_head || key_head->major != text_string) return Errc::malformed;
    const auto key = reader.take(key_head->value);
    if (!key) return Errc::malformed;
    if (as_text(*key) != name) {
      if (!reader.skip()) return Errc::malformed;
      continue;
    }
    const auto value_head = reader.head();
    if (found || !value_head || value_head->major != byte_string) return Errc::malformed;
    found = reader.take(value_head->value);
    if (!found) return Errc::malformed;
  }
  if (!found || !reader.at_end()) return Errc::malformed;
  return *found;
}

}  // namespace hotline::console
