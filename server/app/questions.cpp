#include "server/app/questions.hpp"

#include "server/intake/page_texts.hpp"

#include <boost/json.hpp>

#include <vector>

namespace hotline::app {
namespace {

namespace json = boost::json;

class Writer {
 public:
  Writer(const intake::Questionnaire& questionnaire, const web::Catalogues& catalogues, const LanguageSettings& languages)
      : questionnaire_(questionnaire) {
    for (const std::string& language : catalogues.languages()) texts_.emplace_back(catalogues, language, languages.fallback);
  }

  json::object all() const {
    // The arithmetic is written in one place: what the reporter's script gets.
    json::object out = json::parse(questionnaire_.script_data()).as_object();
    json::object sections;
    for (json::value& entry : out.at("questions").as_array()) {
      const intake::Question& question = *questionnaire_.find(entry.at("key").as_string());
      add(entry.as_object(), question);
      const LocalText* heading = questionnaire_.section_heading(question.section);
      sections[question.section] = in_all(heading != nullptr ? *heading : LocalText(), "section." + question.section);
    }
    out["sections"] = std::move(sections);
    return out;
  }

 private:
  json::object in_all(const LocalText& own, const std::string& key) const {
    json::object texts;
    for (const intake::PageTexts& language : texts_) texts[language.language()] = language.of(own, key);
    return texts;
  }

  void add(json::object& entry, const intake::Question& question) const {
    const bool yes_no = question.kind == intake::QuestionKind::yes_no_unsure || question.kind == intake::QuestionKind::consent;
    json::object options;
    for (const std::string& value : question.options) {
      const auto own = question.option_texts.find(value);
      options[value] = in_all(own != question.option_texts.end() ? own->second : LocalText(), (yes_no ? "answer." : question.key + ".") + value);
    }
    entry["section"] = question.section;
    entry["texts"] = in_all(question.label, question.key);
    entry["options"] = std::move(options);
    if (!question.maps_to.empty()) entry["maps_to"] = json::array(question.maps_to.begin(), question.maps_to.end());
  }

  const intake::Questionnaire& questionnaire_;
  std::vector<intake::PageTexts> texts_;
};

}  // namespace

std::string questions_json(const intake::Questionnaire& questionnaire, const web::Catalogues& catalogues, const LanguageSettings& languages) {
  return json::serialize(Writer(questionnaire, catalogues, languages).all());
}

}  // namespace hotline::app
