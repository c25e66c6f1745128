#include "server/intake/age_opening.hpp"
#include "server/intake/tus.hpp"
#include "server/intake/work.hpp"
#include "tests/fuzz/check.hpp"

#include <algorithm>
#include <string>

/// The first line is a proof of work, the second an Upload-Length, the third an Upload-Offset, the fourth a method; the rest is looked
/// at as the beginning of a file, cut where the numbers say. What is taken is what the headers promise.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hotline;
  static const bool ready = [] {
    crypto::initialise();
    return true;
  }();
  static_cast<void>(ready);
  std::string_view rest = as_text({data, size});
  const auto line = [&rest] {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view taken = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return std::string(taken);
  };
  intake::Work work(0);
  FUZZ_CHECK(!work.redeem(line()));   // nobody guesses sixteen bytes of a keyed hash

  http::Request request;
  request.method = http::Method::post;
  request.headers = {{"tus-resumable", "1.0.0"}, {"upload-length", line()}, {"upload-offset", line()}, {"x-http-method-override", line()}};
  const auto read = intake::read_tus_request(request);
  std::uint64_t cut = 0;
  if (read) {
    FUZZ_CHECK(read->length && read->offset);
    const auto again = intake::tus_number(std::to_string(*read->length));
    FUZZ_CHECK(again && *again == *read->length);
    cut = *read->offset;
  }
  const Bytes file = as_bytes(rest);
  const std::size_t at = static_cast<std::size_t>(std::min<std::uint64_t>(cut, file.size()));
  const bool whole = intake::fits_age_opening(0, file);
  const bool halves = intake::fits_age_opening(0, file.first(at)) && intake::fits_age_opening(at, file.subspan(at));
  FUZZ_CHECK(whole == halves);
  FUZZ_CHECK(!whole || intake::age_opening.starts_with(rest.substr(0, intake::age_opening.size())));
  FUZZ_CHECK(!whole || rest.find("\n-> ", intake::age_opening.size()) >= intake::age_opening_bytes);
  return 0;
}
