#include "server/conversation/wording.hpp"

#include "server/conversation/plain_words.hpp"

#include <algorithm>

namespace hotline::conversation {

namespace {

constexpr int words_read_max = 40;

std::string_view key_of(Say what, bool with_phone) {
  switch (what) {
    case Say::safe: return "sms.safe";
    case Say::not_safe: return "sms.not_safe";
    case Say::must_tell: return "sms.must_tell";
    case Say::child: return "sms.child";
    case Say::leave: return "sms.leave";
    case Say::where: return "sms.where";
    case Say::code: return "sms.code";
    case Say::danger: return with_phone ? "sms.danger" : "sms.danger_no_phone";
    case Say::neutral: return "sms.neutral";
    case Say::language: break;
  }
  return {};
}

void put(std::string& text, std::string_view name, std::string_view value) {
  if (const std::size_t at = text.find(name); at != std::string::npos) text.replace(at, name.size(), value);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace

Wording::Wording(const web::Catalogues& catalogues, const LanguageSettings& languages, const EmergencySettings& emergency) {
  std::string question;
  const auto add = [&](const std::string& tag, const web::Catalogue& catalogue) {
    Language language;
    language.tag = tag;
    const std::string_view phone = emergency.phone.in(tag, languages.fallback);
    for (std::size_t i = 0; i < say_count; ++i) {
      const auto key = key_of(static_cast<Say>(i), !phone.empty());
      if (key.empty()) continue;
      language.texts[i] = catalogue.text(key);
      put(language.texts[i], "{phone}", phone);
    }
    language.code_words = split(catalogue.text("sms.code_words"));
    if (language.code_words.empty()) language.code_words = {"CODE"};
    language.own_words = split(catalogue.text("sms.tells"));
    std::ranges::sort(language.own_words);
    if (tag == languages.fallback) fallback_ = languages_.size();
    languages_.push_back(std::move(language));
    question.append(question.empty() ? "" : "  ").append(std::to_string(languages_.size())).append(" ").append(catalogue.text("language.name"));
  };
  for (const std::string& tag : languages.available) {
    const web::Catalogue* catalogue = catalogues.find(tag);
    if (catalogue != nullptr && catalogue->find("sms.safe")) add(tag, *catalogue);
  }
  if (languages_.empty()) add("en", *catalogues.find("en"));
  for (Language& language : languages_) language.texts[static_cast<std::size_t>(Say::language)] = question;
}

std::optional<std::size_t> Wording::told_by(std::string_view text) const {
  std::vector<int> hits(languages_.size());
  PlainWords words(text);
  for (int read = 0; read < words_read_max; ++read) {
    const std::string_view word = words.next();
    if (word.empty()) break;
    for (std::size_t i = 0; i < languages_.size(); ++i) {
      if (std::ranges::binary_search(languages_[i].own_words, word)) ++hits[i];
    }
  }
  const auto most = std::ranges::max_element(hits);
  if (*most == 0 || std::ranges::count(hits, *most) > 1) return std::nullopt;
  return static_cast<std::size_t>(most - hits.begin());
}

std::string Wording::text(Say what, std::optional<std::size_t> language, std::string_view code) const {
  const auto index = static_cast<std::size_t>(what);
  if (!language && what == Say::danger) {
    std::string all;
    for (const Language& one : languages_) all.append(all.empty() ? "" : " / ").append(one.texts[index]);
    return all;
  }
  std::string text = languages_.at(language.value_or(fallback_)).texts[index];
  put(text, "{code}", code);
  return text;
}

std::string Wording::code(std::size_t language, const ByteArray<4>& bytes) const {
  const auto& words = languages_.at(language).code_words;
  return words[bytes[0] % words.size()] + "-" + std::to_string(10 + bytes[1] % 90) + "-" + words[bytes[2] % words.size()] + "-" +
         std::to_string(bytes[3] % 10);
}

}  // namespace hotline::conversation
