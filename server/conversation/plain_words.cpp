#include "server/conversation/plain_words.hpp"

#include "config/bytes.hpp"
#include "crypto/secret.hpp"

namespace hotline::conversation {

namespace {

/// A letter of Spanish without its accent, from the second byte of its UTF-8 (the first is C3); 0 for others.
char without_accent(char c) noexcept {
  switch (static_cast<unsigned char>(c) | 0x20U) {
    case 0xa1: return 'a';
    case 0xa9: return 'e';
    case 0xad: return 'i';
    case 0xb3: return 'o';
    case 0xba:
    case 0xbc: return 'u';
    case 0xb1: return 'n';
    default: return 0;
  }
}

/// Whether an apostrophe stands there, as keyboards and phones write it; how many bytes it takes.
std::size_t apostrophe(std::string_view text) noexcept { return text.starts_with('\'') ? 1 : text.starts_with("\xe2\x80\x99") ? 3 : 0; }

}  // namespace

PlainWords::~PlainWords() { crypto::wipe({reinterpret_cast<Byte*>(word_.data()), word_.size()}); }

std::string_view PlainWords::next() noexcept {
  std::size_t size = 0;
  while (!rest_.empty()) {
    if (const std::size_t bytes = apostrophe(rest_); bytes != 0 && size > 0) {
      rest_.remove_prefix(bytes);
      continue;
    }
    char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '\xc3' && !rest_.empty()) {
      c = without_accent(rest_.front());
      rest_.remove_prefix(1);
    }
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool in_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!in_word && size > 0) break;
    if (in_word && size < word_.size()) word_[size++] = c;
  }
  return {word_.data(), size};
}

}  // namespace hotline::conversation
