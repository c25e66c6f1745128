#include "server/http/form.hpp"
#include "tests/fuzz/check.hpp"

#include <vector>

namespace {

using hotline::Bytes;

/// What came out, flattened; a failure by its code.
std::vector<hotline::Byte> parse(Bytes input, std::size_t cut) {
  hotline::http::FormParser parser(20, 500);
  std::vector<hotline::Byte> out;
  for (const Bytes piece : {input.first(cut), input.subspan(cut)}) {
    if (const auto fed = parser.feed(piece); !fed) return {static_cast<hotline::Byte>(fed.error().value())};
  }
  const auto fields = parser.finish();
  if (!fields) return {static_cast<hotline::Byte>(fields.error().value())};
  FUZZ_CHECK(fields->size() <= 20);
  for (const auto& field : *fields) {
    hotline::append(out, hotline::as_bytes(field.name));
    out.push_back('=');
    hotline::append(out, field.value.reveal());
    out.push_back('&');
  }
  return out;
}

}  // namespace

/// The first byte says where the rest is cut; the cut must not matter.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes input(data + 1, size - 1);
  const std::size_t cut = input.empty() ? 0 : data[0] % (input.size() + 1);
  FUZZ_CHECK(parse(input, cut) == parse(input, 0));
  return 0;
}
