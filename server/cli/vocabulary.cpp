#include "server/cli/vocabulary.hpp"

#include "config/utf8.hpp"
#include "web/resources.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace hotline::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view own_prefix = "own:";
constexpr std::size_t own_bytes_max = 64;

Vocabulary::Word word_of(const json::object& object) {
  const auto text = [&](std::string_view name) { return std::string(object.at(name).as_string()); };
  return {text("key"), text("en"), text("es")};
}

std::vector<Vocabulary::Word> words_of(const json::value& list) {
  std::vector<Vocabulary::Word> words;
  for (const json::value& entry : list.as_array()) words.push_back(word_of(entry.as_object()));
  return words;
}

bool has_controls(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

}  // namespace

Vocabulary::Vocabulary(std::string_view text) {
  try {
    const json::value file = json::parse(text);
    for (const json::value& group : file.at("groups").as_array()) {
      groups_.push_back({word_of(group.as_object()), words_of(group.at("labels"))});
    }
    close_types_ = words_of(file.at("close_types"));
    statuses_ = words_of(file.at("statuses"));
    decided_by_ = words_of(file.at("decided_by"));
    police_ = words_of(file.at("police"));
  } catch (const std::exception&) {
    throw std::logic_error("web/console/vocabulary.json is not as it should be");
  }
}

const Vocabulary& Vocabulary::built_in() {
  static const Vocabulary vocabulary(web::resource("console/vocabulary.json"));
  return vocabulary;
}

Outcome<std::string> Vocabulary::label(std::string_view typed) const {
  if (typed.starts_with(own_prefix)) {
    const std::string_view own = typed.substr(own_prefix.size());
    if (own.empty() || own.size() > own_bytes_max || !is_utf8(own) || has_controls(own)) {
      return Problem{"a label of the desk's own is own: and 1 to 64 bytes of plain text"};
    }
    return std::string(typed);
  }
  std::optional<std::string> found;
  bool several = false;
  for (const Group& group : groups_) {
    for (const Word& word : group.labels) {
      if (word.key == typed) return word.key;
      if (typed.empty() || !word.key.ends_with(":" + std::string(typed))) continue;
      several = several || found.has_value();
      found = word.key;
    }
  }
  if (several) return Problem{"more than one label ends so; give the whole key, as hotline case labels shows it"};
  if (!found) return Problem{"no such label; hotline case labels shows them, and own:WORDS is one of the desk's own"};
  return *found;
}

std::string Vocabulary::label_words(std::string_view key, std::string_view language) const {
  for (const Group& group : groups_) {
    for (const Word& word : group.labels) {
      if (word.key == key) return in_language(word, language);
    }
  }
  return std::string(key.starts_with(own_prefix) ? key.substr(own_prefix.size()) : key);
}

bool has_key(const std::vector<Vocabulary::Word>& words, std::string_view key) {
  return std::ranges::any_of(words, [&](const auto& word) { return word.key == key; });
}

std::string keys_of(const std::vector<Vocabulary::Word>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word.key;
  return text;
}

const std::string& in_language(const Vocabulary::Word& word, std::string_view language) {
  return language.starts_with("es") ? word.es : word.en;
}

}  // namespace hotline::cli
