#include "server/http/multipart.hpp"
#include "tests/fuzz/check.hpp"

#include <string>

namespace {

using hotline::Bytes;
using hotline::http::MultipartParser;

/// What came out, flattened; a failure by its code.
std::string parse(Bytes input, std::size_t cut) {
  auto parser = MultipartParser::create("multipart/form-data; boundary=XX", {5, 300});
  FUZZ_CHECK(parser);
  std::string out;
  std::size_t parts = 0;
  bool open = false;
  for (Bytes piece : {input.first(cut), input.subspan(cut)}) {
    for (;;) {
      const auto event = parser->next(piece);
      if (!event) return "error " + std::to_string(event.error().value());
      if (event->kind == MultipartParser::Kind::need_more || event->kind == MultipartParser::Kind::end) break;
      if (event->kind == MultipartParser::Kind::part_begin) {
        FUZZ_CHECK(!open && ++parts <= 5);
        open = true;
        out += "\nbegin " + parser->part().name + "|" + parser->part().filename.value_or("-") + "|" + parser->part().content_type + "\n";
      } else if (event->kind == MultipartParser::Kind::part_end) {
        FUZZ_CHECK(open);
        open = false;
        out += "\nend\n";
      } else {
        FUZZ_CHECK(open);
        out += hotline::as_text(event->data);
      }
    }
  }
  const auto finished = parser->finish();
  FUZZ_CHECK(!finished || !open);
  return finished ? out : "error " + std::to_string(finished.error().value());
}

}  // namespace

/// The first byte says where the rest is cut; the cut must not matter.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes input(data + 1, size - 1);
  const std::size_t cut = input.empty() ? 0 : data[0] % (input.size() + 1);
  FUZZ_CHECK(parse(input, cut) == parse(input, 0));
  // The rest is read as a Content-Type too.
  if (const auto any = MultipartParser::create(hotline::as_text(input))) FUZZ_CHECK(input.size() >= 20);
  return 0;
}
