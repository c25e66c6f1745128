#include "crypto/secret.hpp"
#include "server/sms/number.hpp"
#include "tests/fuzz/check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace hotline;

namespace {

std::ptrdiff_t digits_of(std::string_view text) {
  std::ptrdiff_t full_width = 0;
  for (std::size_t at = 0; (at = text.find("\xef\xbc", at)) != std::string_view::npos; ++at) {
    if (at + 2 < text.size() && text[at + 2] >= '\x90' && text[at + 2] <= '\x99') ++full_width;
  }
  return full_width + std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_e164(std::string_view text) {
  while (text.starts_with("whatsapp:") || text.starts_with("rcs:")) text.remove_prefix(text.find(':') + 1);
  return text.size() >= 6 && text.size() <= 18 && text.front() == '+' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  static constexpr std::string_view regions[] = {sms::home_region, "GT", "MX", "US", "GB", "IT", "AR", "BR", ""};
  const std::string_view region = regions[data[0] % std::size(regions)];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto once = sms::normalise_number(text, region);
  const auto twice = sms::normalise_number(once.reveal_text(), region);
  FUZZ_CHECK(once.reveal_text() == twice.reveal_text());
  // Either it became a number, of which no more than prefixes are lost, or nothing is lost.
  const bool parameters = text.find(';') != std::string_view::npos;
  const std::ptrdiff_t kept = digits_of(once.reveal_text());
  if (is_e164(once.reveal_text())) {
    FUZZ_CHECK(parameters || kept + 7 >= digits_of(text));
  } else {
    FUZZ_CHECK(kept == digits_of(text));
    FUZZ_CHECK(size < 2 || std::equal(once.reveal_text().rbegin(), once.reveal_text().rend(),
                                      text.rbegin() + static_cast<std::ptrdiff_t>(text.size() - text.find_last_not_of(" \t") - 1)) ||
               once.reveal_text().find(':') != std::string_view::npos);
  }
  return 0;
}
