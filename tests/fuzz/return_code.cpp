#include "crypto/return_code.hpp"

#include "crypto/member_keys.hpp"

#include <algorithm>
#include <cstdlib>

/// Whatever is typed is refused, or is a code that reads the same when it is written out.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace crypto = hotline::crypto;
  const std::string_view typed(reinterpret_cast<const char*>(data), size);
  if (const auto code = crypto::ReturnCode::parse(typed)) {
    const auto again = crypto::ReturnCode::parse(code->to_text().reveal_text());
    if (!again || !std::ranges::equal(again->reveal(), code->reveal())) std::abort();
  }
  if (const auto code = crypto::RecoveryCode::parse(typed)) {
    const auto again = crypto::RecoveryCode::parse(code->to_text().reveal_text());
    if (!again || !std::ranges::equal(again->reveal(), code->reveal())) std::abort();
  }
  return 0;
}
