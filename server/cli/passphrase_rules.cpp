#include "server/cli/passphrase_rules.hpp"

#include "server/console/resources.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace hotline::cli {
namespace {

constexpr std::size_t bytes_min = 12;
constexpr std::size_t different_bytes_min = 5;
constexpr std::size_t rest_bytes_min = 6;

bool is_common(std::string_view text) {
  std::string_view left = console::resource("common_passphrases.txt");
  while (!left.empty()) {
    const std::size_t end = std::min(left.find('\n'), left.size());
    if (left.substr(0, end) == text) return true;
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return false;
}

std::string small(std::string_view text) {
  std::string made(text);
  for (char& c : made) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return made;
}

void remove_all(std::string& text, const std::string& word) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at)) text.erase(at, word.size());
}

/// Numbers and signs at the ends are what people put there when they are told to.
std::string_view without_ends(std::string_view text) {
  const auto is_sign = [](char c) { return c >= 0x20 && c <= 0x7e && (c < 'a' || c > 'z'); };
  while (!text.empty() && is_sign(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_sign(text.back())) text.remove_suffix(1);
  return text;
}

/// "abcabc" is "abc".
std::string_view once(std::string_view text) {
  for (std::size_t length = 1; 2 * length <= text.size(); ++length) {
    if (text.size() % length == 0 && text.substr(length) == text.substr(0, text.size() - length)) return text.substr(0, length);
  }
  return text;
}

}  // namespace

Outcome<void> may_be_passphrase(const crypto::SecretBuffer& passphrase, std::string_view member_name) {
  if (passphrase.size() < bytes_min) return Problem{"the passphrase is too short: take at least 12 characters, better five random words"};
  const Problem common{"too many people use this passphrase, or something like it: take five random words"};
  std::string rest = small(passphrase.reveal_text());
  if (std::set<char>(rest.begin(), rest.end()).size() < different_bytes_min || is_common(rest)) return common;
  for (const std::string& known : {small(member_name), std::string("hotline")}) {
    if (known.size() >= 3) remove_all(rest, known);
  }
  const std::string_view word = without_ends(rest);
  const std::string_view unit = once(word);
  if (unit.size() < rest_bytes_min || is_common(word) || is_common(unit)) return common;
  return {};
}

}  // namespace hotline::cli
