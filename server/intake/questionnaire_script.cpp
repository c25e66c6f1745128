#include "server/intake/questionnaire.hpp"

#include <boost/json.hpp>

#include <array>

namespace hotline::intake {
namespace {

namespace json = boost::json;

constexpr std::array kind_names{"yes_no_unsure", "choice", "choices", "text", "consent", "consents", "files"};

json::array list(const std::vector<std::string>& values) { return json::array(values.begin(), values.end()); }

}  // namespace

std::string Questionnaire::script_data() const {
  json::array questions;
  for (const Question& question : questions_) {
    json::object entry{{"key", question.key}, {"kind", kind_names.at(static_cast<std::size_t>(question.kind))}};
    if (!question.sign.empty()) entry["sign"] = question.sign;
    if (question.strong) entry["strong"] = true;
    if (!question.touches.empty()) entry["touches"] = list(question.touches);
    if (!question.grants.empty()) entry["grants"] = question.grants;
    questions.push_back(std::move(entry));
  }
  json::array rules;
  for (const Rule& rule : rules_) {
    json::object entry{{"level", rule.level}};
    json::array all;
    for (const auto& [key, value] : rule.all) all.push_back({json::value(key), json::value(value)});
    if (!all.empty()) entry["all"] = std::move(all);
    if (rule.text) entry["text"] = *rule.text;
    if (rule.files) entry["files"] = true;
    if (rule.signs_min > 0) entry["signs_min"] = rule.signs_min;
    if (rule.strong_signs_min > 0) entry["strong_signs_min"] = rule.strong_signs_min;
    if (!rule.touched.empty()) entry["touched"] = list(rule.touched);
    rules.push_back(std::move(entry));
  }
  return json::serialize(json::object{{"questions", std::move(questions)}, {"rules", std::move(rules)}});
}

}  // namespace hotline::intake
