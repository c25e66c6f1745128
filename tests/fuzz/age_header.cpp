#include "crypto/age.hpp"
#include "crypto/age_header.hpp"
#include "tests/fuzz/check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace age = hotline::crypto::age;
using hotline::Bytes;
using hotline::ByteVector;

/// The header of age files: whatever is read is written again byte for byte.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes file(data, size);
  const auto header = age::parse_header(file);
  if (header) {
    FUZZ_CHECK(header->size_bytes <= size && header->authenticated_bytes < header->size_bytes);
    FUZZ_CHECK(age::find_header_end(file) == header->size_bytes);
    FUZZ_CHECK(age::may_be_header(file));
    const ByteVector again = age::write_header(header->stanzas, age::FileKey());
    FUZZ_CHECK(again.size() == header->size_bytes);
    FUZZ_CHECK(std::ranges::equal(Bytes(again).first(header->authenticated_bytes), file.first(header->authenticated_bytes)));
  }
  if (age::check_header(file)) FUZZ_CHECK(header.has_value());
  return 0;
}
