#include "server/http/cookies.hpp"
#include "server/http/query.hpp"
#include "server/http/target.hpp"
#include "server/http/utf8.hpp"
#include "tests/fuzz/check.hpp"

#include <string>

/// A target that is taken keeps what target.hpp promises; queries, cookies and text are parsed along.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hotline;
  const std::string_view text = as_text({data, size});
  if (const auto target = http::parse_target(text)) {
    const std::string& path = target->path;
    const bool kept = path.starts_with('/') && path.find("//") == std::string::npos && path.find('\0') == std::string::npos &&
                      ("/" + path + "/").find("/../") == std::string::npos && (path + "/").find("/./") == std::string::npos &&
                      http::valid_utf8(as_bytes(path));
    FUZZ_CHECK(kept);
    FUZZ_CHECK(http::parse_query(target->raw_query, target->raw_query.size() + 1));
  }
  static_cast<void>(http::parse_query(text));
  http::Request request;
  request.headers.emplace_back("cookie", std::string(text));
  static_cast<void>(http::cookie_value(request, "a"));
  const crypto::SecretBuffer clean = http::clean_text({data, size});
  FUZZ_CHECK(http::valid_utf8(clean.reveal()) && clean.reveal_text().find('\0') == std::string_view::npos);
  return 0;
}
