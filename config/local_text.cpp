#include "config/local_text.hpp"

namespace hotline {

std::string_view LocalText::in(std::string_view language, std::string_view fallback) const {
  for (const std::string_view tag : {language, std::string_view(), fallback}) {
    if (const auto found = texts_.find(tag); found != texts_.end()) return found->second;
  }
  return texts_.empty() ? std::string_view() : std::string_view(texts_.begin()->second);
}

}  // namespace hotline
