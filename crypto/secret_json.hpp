#pragma once

#include "crypto/secret.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hotline::crypto {

/// Writes JSON (RFC 8259) into wiped memory: what is about to be sealed. Nothing is copied on the way.
/// Strings may hold any bytes: what is not UTF-8 becomes U+FFFD. Values come in the order written; keys are not checked
/// for repetition. Using it out of order (a value without key in an object, an end without begin, over `depth_max`)
/// is a programmer's error and ends the process. One thread at a time.
class SecretJson {
 public:
  static constexpr std::size_t depth_max = 16;

  explicit SecretJson(std::size_t reserve_bytes = 1024) { out_.reserve(reserve_bytes); }

  SecretJson& begin_object();
  SecretJson& end_object();
  SecretJson& begin_array();
  SecretJson& end_array();
  SecretJson& key(std::string_view name);

  SecretJson& string(std::string_view value);
  SecretJson& string(Bytes value) { return string(as_text(value)); }
  SecretJson& number(std::int64_t value);
  SecretJson& boolean(bool value);
  SecretJson& null();

  /// A member of an object: key and value in one.
  SecretJson& string(std::string_view name, std::string_view value) { return key(name).string(value); }
  SecretJson& number(std::string_view name, std::int64_t value) { return key(name).number(value); }
  SecretJson& boolean(std::string_view name, bool value) { return key(name).boolean(value); }

  /// The text, once everything that was begun has ended.
  SecretBuffer finish() &&;

 private:
  enum class Inside : std::uint8_t { top, array, object, object_after_key };
  struct Level {
    Inside inside = Inside::top;
    bool empty = true;
  };
  void before_value();
  void open(char bracket, Inside inside);
  void close(char bracket, Inside inside);
  void write_quoted(std::string_view text);

  SecretBuffer out_;
  std::array<Level, depth_max> levels_{};
  std::size_t depth_ = 0;
};

}  // namespace hotline::crypto
