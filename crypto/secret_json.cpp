#include "crypto/secret_json.hpp"

#include "config/utf8.hpp"

#include <charconv>
#include <cstdlib>

namespace hotline::crypto {

namespace {

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

void require(bool in_order) noexcept {
  if (!in_order) std::abort();
}

}  // namespace

void SecretJson::before_value() {
  Level& level = levels_[depth_];
  require(level.inside != Inside::object);
  if (level.inside == Inside::object_after_key) {
    level.inside = Inside::object;
    return;
  }
  if (level.inside == Inside::array) {
    if (!level.empty) out_.push_back(',');
  } else {
    require(level.empty);
  }
  level.empty = false;
}

void SecretJson::open(char bracket, Inside inside) {
  before_value();
  require(depth_ + 1 < depth_max);
  levels_[++depth_] = {inside, true};
  out_.push_back(static_cast<Byte>(bracket));
}

void SecretJson::close(char bracket, Inside inside) {
  require(depth_ > 0 && levels_[depth_].inside == inside);
  --depth_;
  out_.push_back(static_cast<Byte>(bracket));
}

SecretJson& SecretJson::begin_object() { return open('{', Inside::object), *this; }
SecretJson& SecretJson::end_object() { return close('}', Inside::object), *this; }
SecretJson& SecretJson::begin_array() { return open('[', Inside::array), *this; }
SecretJson& SecretJson::end_array() { return close(']', Inside::array), *this; }

SecretJson& SecretJson::key(std::string_view name) {
  Level& level = levels_[depth_];
  require(level.inside == Inside::object);
  if (!level.empty) out_.push_back(',');
  level = {Inside::object_after_key, false};
  write_quoted(name);
  out_.push_back(':');
  return *this;
}

SecretJson& SecretJson::string(std::string_view value) {
  before_value();
  write_quoted(value);
  return *this;
}

SecretJson& SecretJson::number(std::int64_t value) {
  before_value();
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out_.append(std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
  wipe({reinterpret_cast<Byte*>(digits.data()), digits.size()});
  return *this;
}

SecretJson& SecretJson::boolean(bool value) {
  before_value();
  out_.append(value ? std::string_view("true") : std::string_view("false"));
  return *this;
}

SecretJson& SecretJson::null() {
  before_value();
  out_.append(std::string_view("null"));
  return *this;
}

SecretBuffer SecretJson::finish() && {
  require(depth_ == 0 && !levels_[0].empty);
  return std::move(out_);
}

void SecretJson::write_quoted(std::string_view text) {
  static constexpr std::string_view hex = "0123456789abcdef";
  out_.push_back('"');
  while (!text.empty()) {
    // The longest run that stands for itself goes in one piece.
    std::size_t plain = 0;
    while (plain < text.size()) {
      const auto c = static_cast<unsigned char>(text[plain]);
      if (c < 0x20 || c == '"' || c == '\\') break;
      const Utf8Step step = utf8_step(text.substr(plain));
      if (!step.valid) break;
      plain += step.bytes;
    }
    out_.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;

    const auto c = static_cast<unsigned char>(text.front());
    if (c >= 0x80) {
      out_.append(replacement_character);
      text.remove_prefix(utf8_step(text).bytes);
      continue;
    }
    out_.push_back('\\');
    switch (c) {
      case '"':
      case '\\': out_.push_back(c); break;
      case '\n': out_.push_back('n'); break;
      case '\r': out_.push_back('r'); break;
      case '\t': out_.push_back('t'); break;
      default:
        out_.append(std::string_view("u00"));
        out_.push_back(static_cast<Byte>(hex[c >> 4]));
        out_.push_back(static_cast<Byte>(hex[c & 0x0F]));
    }
    text.remove_prefix(1);
  }
  out_.push_back('"');
}

}  // namespace hotline::crypto
