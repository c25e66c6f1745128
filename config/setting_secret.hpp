#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace hotline {

/// A token from the settings: move-only, wiped when it ends, read by `reveal()` alone. No ==, no <<.
/// Stands apart from crypto/secret.hpp because config is the floor below crypto.
class SettingSecret {
 public:
  SettingSecret() noexcept = default;
  explicit SettingSecret(std::string_view text) : text_(std::make_unique<char[]>(text.size())), size_(text.size()) {
    if (!text.empty()) std::memcpy(text_.get(), text.data(), text.size());
  }
  SettingSecret(SettingSecret&& other) noexcept : text_(std::move(other.text_)), size_(std::exchange(other.size_, 0)) {}
  SettingSecret& operator=(SettingSecret&& other) noexcept {
    if (this != &other) {
      clear();
      text_ = std::move(other.text_);
      size_ = std::exchange(other.size_, 0);
    }
    return *this;
  }
  SettingSecret(const SettingSecret&) = delete;
  SettingSecret& operator=(const SettingSecret&) = delete;
  ~SettingSecret() { clear(); }

  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }
  std::string_view reveal() const noexcept { return {text_.get(), size_}; }

 private:
  void clear() noexcept {
    if (text_) ::explicit_bzero(text_.get(), size_);
    text_.reset();
    size_ = 0;
  }

  std::unique_ptr<char[]> text_;
  std::size_t size_ = 0;
};

}  // namespace hotline
