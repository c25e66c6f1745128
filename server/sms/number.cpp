#include "server/sms/number.hpp"

#include "server/http/parameters.hpp"

#include <algorithm>

namespace hotline::sms {

namespace {

constexpr std::size_t international_digits_min = 7;    // with country code; ITU-T E.164 allows 15 at most
constexpr std::size_t international_digits_max = 15;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_separator(char c) noexcept { return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/'; }

}  // namespace

crypto::SecretBuffer normalise_number(std::string_view text) {
  std::string_view number = http::trim(text);
  if (number.size() >= 4 && http::equal_ignoring_case(number.substr(0, 4), "tel:")) {
    number = http::trim(number.substr(4));
    number = number.substr(0, number.find(';'));   // RFC 3966 parameters
  }
  const bool only_digits = !number.empty() && std::all_of(number.begin() + (number.front() == '+' ? 1 : 0), number.end(),
                                                          [](char c) { return is_digit(c) || is_separator(c); });
  if (!only_digits) return crypto::SecretBuffer(number);

  crypto::SecretBuffer digits;
  digits.reserve(number.size());
  for (const char c : number) {
    if (is_digit(c)) digits.push_back(static_cast<Byte>(c));
  }
  const bool long_enough = digits.size() >= international_digits_min && digits.size() <= international_digits_max + 2;
  const bool lost_plus = text.starts_with(' ') && long_enough;
  std::string_view plain = digits.reveal_text();
  const bool two_zeros = number.front() != '+' && long_enough && plain.starts_with("00");
  if (two_zeros) plain.remove_prefix(2);

  crypto::SecretBuffer normal;
  normal.reserve(plain.size() + 1);
  if (number.front() == '+' || two_zeros || lost_plus) normal.push_back('+');
  normal.append(plain);
  return normal;
}

}  // namespace hotline::sms
