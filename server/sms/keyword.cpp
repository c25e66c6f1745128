#include "server/sms/keyword.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace hotline::sms {

namespace {

constexpr std::size_t word_bytes_max = 12;

/// Letters and digits in upper case without accents; spaces between words as one. Empty when it is longer than any keyword.
class Plain {
 public:
  explicit Plain(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
      char c = text[i];
      if (c == '\xc3' && i + 1 < text.size()) c = without_accent(text[++i]);
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
        if (space_ && size_ > 0) add(' ');
        space_ = false;
        add(c);
      } else {
        space_ = true;
      }
    }
  }
  std::string_view view() const noexcept { return size_ > word_bytes_max ? std::string_view() : std::string_view(bytes_.data(), size_); }

 private:
  /// The second byte of a two-byte letter of UTF-8: Á É Í Ó Ú Ñ and their small ones.
  static char without_accent(char c) noexcept {
    switch (static_cast<unsigned char>(c) | 0x20U) {
      case 0xa1: return 'A';
      case 0xa9: return 'E';
      case 0xad: return 'I';
      case 0xb3: return 'O';
      case 0xba: return 'U';
      case 0xb1: return 'N';
      default: return '?';
    }
  }
  void add(char c) noexcept {
    if (size_ < bytes_.size()) bytes_[size_] = c;
    ++size_;
  }
  std::array<char, word_bytes_max> bytes_{};
  std::size_t size_ = 0;
  bool space_ = false;
};

constexpr std::array<std::pair<std::string_view, Keyword>, 31> keywords{{
    {"STOP", Keyword::stop},        {"STOPALL", Keyword::stop}, {"STOP ALL", Keyword::stop}, {"UNSUBSCRIBE", Keyword::stop},
    {"CANCEL", Keyword::stop},      {"END", Keyword::stop},     {"QUIT", Keyword::stop},     {"ALTO", Keyword::stop},
    {"PARE", Keyword::stop},        {"PARAR", Keyword::stop},   {"BASTA", Keyword::stop},    {"CANCELAR", Keyword::stop},
    {"NO MAS", Keyword::stop},      {"START", Keyword::start},  {"UNSTOP", Keyword::start},  {"INICIO", Keyword::start},
    {"INICIAR", Keyword::start},    {"HELP", Keyword::help},    {"AYUDA", Keyword::help},    {"INFO", Keyword::help},
    {"1", Keyword::yes},            {"YES", Keyword::yes},      {"Y", Keyword::yes},         {"SI", Keyword::yes},
    {"S", Keyword::yes},            {"2", Keyword::no},         {"NO", Keyword::no},         {"N", Keyword::no},
    {"3", Keyword::skip},           {"SKIP", Keyword::skip},    {"SALTAR", Keyword::skip},
}};

}  // namespace

Keyword keyword_of(std::string_view text) noexcept {
  const Plain plain(text);
  for (const auto& [word, meaning] : keywords) {
    if (plain.view() == word) return meaning;
  }
  return Keyword::none;
}

}  // namespace hotline::sms
