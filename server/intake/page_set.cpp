#include "server/intake/page_set.hpp"

#include "web/templates.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hotline::intake {
namespace {

using web::Data;
using web::DataList;
using web::gap;

constexpr std::array<int, 8> error_statuses{400, 403, 404, 405, 408, 413, 429, 503};
constexpr std::size_t long_section = 5;   ///< a section with more questions offers to skip it whole
constexpr std::string_view skip_value;   ///< an empty value is no answer

/// What a telephone can dial of a number as people write it.
std::string dial(std::string_view phone) {
  std::string digits;
  for (const char c : phone) {
    if ((c >= '0' && c <= '9') || c == '+' || c == '*' || c == '#') digits.push_back(c);
  }
  return digits;
}

std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return std::string(url.substr(0, url.find_first_of("/?#")));
}

std::string megabytes(std::size_t bytes) { return std::to_string(std::max<std::size_t>(1, bytes >> 20)); }

PageSet::Shared share(std::string page) { return std::make_shared<const std::string>(std::move(page)); }

/// Draws the pages of one language from templates, texts and settings.
class Drawing {
 public:
  Drawing(std::string language, const PageSettings& settings, const Questionnaire& questionnaire,
          const web::Catalogues& catalogues, const std::string& style_path)
      : language_(std::move(language)), settings_(settings), questionnaire_(questionnaire), catalogues_(catalogues),
        style_path_(style_path), templates_("reporter") {
    facts_ = {{"{files_max}", std::to_string(settings.limits.files_max)},
              {"{file_mb}", megabytes(settings.limits.file_bytes_max)},
              {"{all_mb}", megabytes(settings.limits.body_bytes_max)},
              {"{read_days}", std::to_string(settings.read_days)},
              {"{mailbox_days}", std::to_string(settings.limits.mailbox_days)}};
  }

  PageSet all();

 private:
  std::string text(std::string_view key) const;
  std::string local(const LocalText& text) const { return std::string(text.in(language_, settings_.languages.fallback)); }
  std::string draw(std::string_view name, const Data& data);

  /// What every page needs. `path`: where this page is below /{lang}/; `switches`: whether it offers other languages.
  Data page(std::string_view path, bool switches, bool home = true) const;
  Data door(std::string_view path, std::string_view key) const;
  void set_problem(Data& data, bool has_problem, bool kept) const;
  std::string first();
  std::string check();
  std::string tell(bool again);
  std::string answers(bool again);
  std::string found(bool again);
  std::string message(std::string_view key, bool to_answers, bool warns);
  Data question(const Question& question) const;
  DataList options_of(const Question& question) const;
  Data option(const Question& question, std::string_view type, std::string_view value, std::string_view name) const;

  std::string language_;
  const PageSettings& settings_;
  const Questionnaire& questionnaire_;
  const web::Catalogues& catalogues_;
  const std::string& style_path_;
  web::Templates templates_;
  std::map<std::string, std::string> facts_;
};

std::string Drawing::text(std::string_view key) const {
  std::string text(catalogues_.find(language_)->text(key));
  for (const auto& [name, value] : facts_) {
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
      text.replace(at, name.size(), value);
    }
  }
  return text;
}

std::string Drawing::draw(std::string_view name, const Data& data) {
  return templates_.draw(name, data, [this](std::string_view key) { return text(key); });
}

Data Drawing::page(std::string_view path, bool switches, bool home) const {
  Data data;
  data.set("lang", language_);
  data.set("title", settings_.title.empty() ? text("page.title") : local(settings_.title));
  data.set("style", style_path_);
  data.set("demo", settings_.demo);
  data.set("home", home);
  DataList languages;
  for (const std::string& tag : settings_.languages.available) {
    Data language;
    language.set("tag", tag);
    language.set("url", "/" + tag + "/" + std::string(path));
    language.set("name", std::string(catalogues_.find(tag)->text("language.name")));
    language.set("current", tag == language_);
    languages.push_back(std::move(language));
  }
  data.set("switches", switches && languages.size() > 1);
  data.set("languages", languages);
  const std::string phone = local(settings_.emergency.phone);
  data.set("emergency", !phone.empty());
  data.set("phone", phone);
  data.set("dial", dial(phone));
  return data;
}

Data Drawing::door(std::string_view path, std::string_view key) const {
  Data data;
  data.set("path", std::string(path));
  data.set("name", text(key));
  data.set("note", text(std::string(key) + "_note"));
  return data;
}

void Drawing::set_problem(Data& data, bool has_problem, bool kept) const {
  data.set("has_problem", has_problem);
  data.set("kept", kept);
  data.set("problem", gap("problem"));
}

std::string Drawing::first() {
  Data data = page("", true, false);
  DataList hotlines;
  for (const PhoneEntry& entry : settings_.emergency.hotlines) {
    if (!entry.languages.empty() && std::ranges::find(entry.languages, language_) == entry.languages.end()) continue;
    Data hotline;
    hotline.set("name", local(entry.name));
    hotline.set("phone", entry.phone);
    hotline.set("dial", dial(entry.phone));
    hotlines.push_back(std::move(hotline));
  }
  data.set("has_hotlines", !hotlines.empty());
  data.set("hotlines", hotlines);
  data.set("has_desk", !settings_.desk_name.empty());
  data.set("desk", settings_.desk_name);
  data.set("exit_host", host_of(settings_.exit_url));
  data.set("doors", DataList{door("tell", "door.tell"), door("check", "door.check"), door("answers", "door.answers")});
  return draw("first", data);
}

std::string Drawing::check() {
  Data data = page("check", true);
  DataList questions;
  for (const Question& question : questionnaire_.questions()) {
    if (!question.self_check) continue;
    Data asked;
    asked.set("label", text(question.key));
    DataList options;
    for (const std::string& value : question.options) {
      const bool is_sign = value == question.sign;
      Data option;
      option.set("group", "c" + std::to_string(questions.size() + 1));
      option.set("name", text("answer." + value));
      option.set("is_sign", is_sign);
      option.set("result", text(is_sign ? "check.result" : value == "unsure" ? "check.unsure" : "check.go_on"));
      options.push_back(std::move(option));
    }
    asked.set("options", options);
    questions.push_back(std::move(asked));
  }
  data.set("questions", questions);
  data.set("doors", DataList{door("tell", "door.tell")});
  return draw("check", data);
}

Data Drawing::option(const Question& question, std::string_view type, std::string_view value, std::string_view name) const {
  Data data;
  data.set("type", std::string(type));
  data.set("key", question.key);
  data.set("value", std::string(value));
  data.set("name", text(name));
  data.set("checked", value == skip_value ? std::string() : gap("checked:" + question.key + "=" + std::string(value)));
  return data;
}

DataList Drawing::options_of(const Question& question) const {
  DataList options;
  const bool several = question.kind == QuestionKind::choices || question.kind == QuestionKind::consents;
  const bool common = question.kind == QuestionKind::yes_no_unsure || question.kind == QuestionKind::consent;
  for (const std::string& value : question.options) {
    options.push_back(option(question, several ? "checkbox" : "radio", value, (common ? "answer" : question.key) + "." + value));
  }
  if (!several) options.push_back(option(question, "radio", skip_value, "answer.skip"));
  return options;
}

Data Drawing::question(const Question& question) const {
  Data data;
  DataList before;
  for (const std::string& key : question.before) {
    Data sentence;
    sentence.set("sentence", text(key));
    before.push_back(std::move(sentence));
  }
  data.set("before", before);
  data.set("key", question.key);
  data.set("label", text(question.key));
  data.set("hint", question.hint.empty() ? std::string() : text(question.hint));
  const bool writes = question.kind == QuestionKind::text;
  const bool attaches = question.kind == QuestionKind::files;
  data.set("writes", writes);
  data.set("attaches", attaches);
  data.set("chooses", !writes && !attaches);
  data.set("options", options_of(question));
  data.set("rows", std::string(question.key == "q_story" ? "8" : "3"));
  data.set("value", gap("value:" + question.key));
  return data;
}

std::string Drawing::tell(bool again) {
  Data data = page("tell", true);
  set_problem(data, again, true);
  data.set("token", gap("token"));
  DataList sections;
  const std::vector<Question>& all = questionnaire_.questions();
  for (auto next = all.begin(); next != all.end();) {
    const std::string& name = next->section;
    DataList questions;
    for (; next != all.end() && next->section == name; ++next) questions.push_back(question(*next));
    Data section;
    section.set("heading", text("section." + name));
    section.set("questions", questions);
    section.set("number", std::to_string(sections.size() + 1));
    section.set("next", std::to_string(sections.size() + 2));
    section.set("long", questions.size() > long_section);
    sections.push_back(std::move(section));
  }
  data.set("last", std::to_string(sections.size() + 1));
  data.set("sections", sections);
  return draw("tell", data);
}

std::string Drawing::answers(bool again) {
  Data data = page("answers", true);
  set_problem(data, again, false);
  data.set("code", again ? gap("code") : std::string());
  return draw("answers", data);
}

std::string Drawing::found(bool again) {
  Data data = page("answers", false);
  set_problem(data, again, true);
  data.set("code", gap("code"));
  data.set("token", gap("token"));
  data.set("replies", gap("replies"));
  data.set("message", again ? gap("message") : std::string());
  return draw("answers_found", data);
}

std::string Drawing::message(std::string_view key, bool to_answers, bool warns) {
  Data data = page("", false);
  data.set("heading", text(std::string(key) + ".heading"));
  data.set("sentence", text(std::string(key) + ".text"));
  data.set("warns", warns);
  data.set("leads_to_answers", to_answers);
  return draw("message", data);
}

PageSet Drawing::all() {
  const web::Sheet tell_again(tell(true));
  // A fresh form is the same with nothing typed: drawn to the end but for the token.
  const web::Sheet tell_fresh = web::Sheet(tell(false)).with([](std::string_view name, web::HtmlWriter&) { return name != "token"; });
  Data sent = page("", false);
  sent.set("code", gap("code"));
  Data reply;
  reply.set("number", gap("number"));
  reply.set("words", gap("words"));

  PageSet set{.first = share(first()),
              .check = share(check()),
              .answers = share(answers(false)),
              .message_sent = share(message("message_sent", true, true)),
              .delete_asked = share(message("delete_asked", true, false)),
              .error_other = share(message("error.other", false, false)),
              .errors = {},
              .tell = tell_fresh,
              .tell_again = tell_again,
              .sent = web::Sheet(draw("sent", sent)),
              .answers_again = web::Sheet(answers(true)),
              .found = web::Sheet(found(false)),
              .found_again = web::Sheet(found(true)),
              .reply = web::Sheet(draw("reply", reply)),
              .no_reply = draw("no_reply", Data()),
              .problems = {}};
  for (const int status : error_statuses) set.errors[status] = share(message("error." + std::to_string(status), false, false));
  for (const std::string_view key : catalogues_.find("en")->keys()) {
    if (key.starts_with("problem.")) set.problems.emplace(key, text(key));
  }
  return set;
}

}  // namespace

PageSet draw_pages(const std::string& language, const PageSettings& settings, const Questionnaire& questionnaire,
                   const web::Catalogues& catalogues, const std::string& style_path) {
  return Drawing(language, settings, questionnaire, catalogues, style_path).all();
}

}  // namespace hotline::intake
