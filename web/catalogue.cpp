#include "web/catalogue.hpp"

#include "web/resources.hpp"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <utility>

namespace hotline::web {
namespace {

/// Numbers and strings of an image, none of them beyond its end.
class Image {
 public:
  Image(Bytes bytes, bool swapped) : bytes_(bytes), swapped_(swapped) {}

  std::optional<std::uint32_t> number(std::uint64_t offset) const {
    if (offset + 4 > bytes_.size()) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t at = static_cast<std::size_t>(offset) + (swapped_ ? i : 3 - i);
      value = (value << 8) | bytes_[at];
    }
    return value;
  }

  /// The string that a descriptor (length, offset) points at; it must end with NUL.
  std::optional<std::string_view> string(std::uint64_t descriptor) const {
    const auto length = number(descriptor);
    const auto offset = number(descriptor + 4);
    if (!length || !offset) return std::nullopt;
    const std::uint64_t end = std::uint64_t{*offset} + *length;
    if (end >= bytes_.size() || bytes_[static_cast<std::size_t>(end)] != 0) return std::nullopt;
    return as_text(bytes_.subspan(*offset, *length));
  }

 private:
  Bytes bytes_;
  bool swapped_;   ///< most significant byte first
};

/// Plural forms and their ids are joined by NUL; we use the first.
std::string_view first_form(std::string_view text) { return text.substr(0, text.find('\0')); }

bool says_utf8(std::string_view header) {
  const std::string_view name = "charset=";
  const std::size_t at = header.find(name);
  if (at == std::string_view::npos) return false;
  const std::string_view value = header.substr(at + name.size(), 5);
  const std::string_view wanted = "utf-8";
  return std::ranges::equal(value, wanted, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

}  // namespace

Result<Catalogue> Catalogue::parse(Bytes bytes) {
  const auto magic = Image(bytes, false).number(0);
  if (!magic || (*magic != 0x950412deU && *magic != 0xde120495U)) return Errc::malformed;
  const Image image(bytes, *magic == 0xde120495U);
  const auto revision = image.number(4);
  const auto count = image.number(8);
  const auto ids = image.number(12);
  const auto texts = image.number(16);
  if (!revision || !count || !ids || !texts) return Errc::malformed;
  if ((*revision >> 16) > 1) return Errc::unsupported;
  if (std::uint64_t{*count} * 8 > bytes.size()) return Errc::malformed;

  Catalogue catalogue;
  catalogue.texts_.reserve(*count);
  bool utf8 = false;
  for (std::uint64_t i = 0; i < *count; ++i) {
    const auto id = image.string(*ids + i * 8);
    const auto text = image.string(*texts + i * 8);
    if (!id || !text) return Errc::malformed;
    if (id->empty()) {
      utf8 = says_utf8(*text);
    } else if (!first_form(*text).empty()) {
      catalogue.texts_.emplace(first_form(*id), first_form(*text));
    }
  }
  if (!utf8) return Errc::unsupported;
  return catalogue;
}

std::optional<std::string_view> Catalogue::find(std::string_view key) const {
  const auto found = texts_.find(key);
  if (found == texts_.end()) return std::nullopt;
  return found->second;
}

std::string_view Catalogue::text(std::string_view key) const {
  if (const auto own = find(key)) return *own;
  return fallback_ != nullptr ? fallback_->text(key) : key;
}

std::vector<std::string_view> Catalogue::keys() const {
  std::vector<std::string_view> keys;
  keys.reserve(texts_.size());
  for (const auto& [key, text] : texts_) keys.push_back(key);
  std::ranges::sort(keys);
  return keys;
}

Catalogues::Catalogues() {
  for (const std::string_view name : resource_names("", ".mo")) {
    if (!add(std::string(name.substr(0, name.size() - 3)), as_bytes(resource(name)))) {
      throw std::logic_error("a built-in catalogue cannot be read: " + std::string(name));
    }
  }
  if (find("en") == nullptr) throw std::logic_error("the English catalogue is not built in");
}

Result<void> Catalogues::add(std::string language, Bytes image) {
  auto parsed = Catalogue::parse(image);
  if (!parsed) return parsed.error();
  catalogues_.insert_or_assign(std::move(language), std::move(*parsed));
  const Catalogue* english = find("en");
  for (auto& [name, catalogue] : catalogues_) {
    if (english != nullptr && &catalogue != english) catalogue.fall_back_to(*english);
  }
  return {};
}

const Catalogue* Catalogues::find(std::string_view language) const {
  const auto found = catalogues_.find(language);
  return found == catalogues_.end() ? nullptr : &found->second;
}

std::vector<std::string> Catalogues::languages() const {
  std::vector<std::string> languages;
  for (const auto& [language, catalogue] : catalogues_) languages.push_back(language);
  return languages;
}

}  // namespace hotline::web
