#include "server/http/request_parser.hpp"
#include "server/http/strictness.hpp"
#include "server/http/target.hpp"
#include "tests/fuzz/check.hpp"

#include <algorithm>
#include <string>

namespace {

using namespace hotline::http;

/// How often a header stands there, by its name in the raw bytes.
std::size_t count(std::string_view header, std::string_view name) {
  std::size_t found = 0;
  for (std::size_t at = header.find("\r\n"); at != std::string_view::npos; at = header.find("\r\n", at + 2)) {
    std::string line(header.substr(at + 2, name.size() + 1));
    std::transform(line.begin(), line.end(), line.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (line == std::string(name) + ":") ++found;
  }
  return found;
}

}  // namespace

/// A whole request through scan, parser and rules, as a session does it: what is taken has framing that cannot be misread.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes = hotline::as_text({data, size});
  HeaderScan scan;
  if (scan.feed(bytes) != HeaderScan::State::complete) return 0;
  const std::string_view header = bytes.substr(0, scan.size());
  bytes.remove_prefix(scan.size());

  Request request;
  RequestParser parser(4096, 20, 64);
  if (parser.parse_header(header, request) != 0) return 0;
  const Framing framing = check_request({parser.method(), parser.target(), parser.version(), request.headers});
  if (framing.refused != 0) return 0;
  const bool sound = count(header, "host") <= 1 && (parser.version() == 10 || count(header, "host") == 1) && count(header, "content-length") <= 1 &&
                     count(header, "transfer-encoding") <= 1 && !(framing.chunked && framing.content_length) &&
                     header.find("\r\n ") == std::string_view::npos && header.find("\r\n\t") == std::string_view::npos;
  FUZZ_CHECK(sound && parser.is_done() != framing.has_body());
  static_cast<void>(parse_target(parser.target()));

  std::size_t got = 0;
  while (!parser.is_done() && !bytes.empty()) {
    const RequestParser::Step step = parser.parse_body(bytes);
    if (step.malformed || step.need_more) return 0;
    FUZZ_CHECK(step.taken <= bytes.size() && step.piece.size() <= step.taken && step.taken > 0);
    got += step.piece.size();
    bytes.remove_prefix(step.taken);
  }
  FUZZ_CHECK(!parser.is_done() || !framing.content_length || got == *framing.content_length);
  return 0;
}
