#include "server/intake/page_texts.hpp"

#include <utility>

namespace hotline::intake {

PageTexts::PageTexts(const web::Catalogues& catalogues, std::string language, std::string fallback)
    : language_(std::move(language)), fallback_(std::move(fallback)), catalogue_(*catalogues.find(language_)) {}

std::string PageTexts::operator()(std::string_view key) const {
  std::string text(catalogue_.text(key));
  for (const auto& [name, value] : facts_) {
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
      text.replace(at, name.size(), value);
    }
  }
  return text;
}

bool PageTexts::has(std::string_view key) const {
  // A key without a text comes back as it is: the same view, not merely the same letters.
  return catalogue_.text(key).data() != key.data();
}

}  // namespace hotline::intake
