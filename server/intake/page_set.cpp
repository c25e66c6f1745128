#include "server/intake/page_set.hpp"

#include "server/intake/form_drawing.hpp"
#include "server/intake/page_texts.hpp"
#include "server/intake/scripts.hpp"
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

/// A data: URI (RFC 2397); of an empty picture, so that no browser asks the server for one.
std::string icon_address(std::string_view svg) {
  if (svg.empty()) return "data:,";
  constexpr std::string_view as_it_is = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!*()/:;=?@,$ ";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string address = "data:image/svg+xml,";
  for (const char c : svg) {
    const auto byte = static_cast<unsigned char>(c);
    if (as_it_is.find(c) != std::string_view::npos) {
      address.push_back(c);
    } else {
      address += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
  }
  return address;
}

PageSet::Shared share(std::string page) { return std::make_shared<const std::string>(std::move(page)); }

/// Draws the pages of one language from templates, texts and settings.
class Drawing {
 public:
  Drawing(const std::string& language, const PageSettings& settings, const Questionnaire& questionnaire,
          const web::Catalogues& catalogues, const std::string& style_path)
      : settings_(settings), questionnaire_(questionnaire), catalogues_(catalogues), style_path_(style_path),
        texts_(catalogues, language, settings.languages.fallback), form_(settings, questionnaire, texts_), templates_("reporter") {
    texts_.set("files_max", std::to_string(settings.limits.files_max));
    texts_.set("file_mb", megabytes(settings.limits.file_bytes_max));
    texts_.set("all_mb", megabytes(settings.limits.body_bytes_max));
    texts_.set("days", std::to_string(settings.read_days));
    texts_.set("read_time", texts_(settings.read_days == 1 ? "time.day" : "time.days"));
    texts_.set("mailbox_days", std::to_string(settings.limits.mailbox_days));
  }

  PageSet all();

 private:
  std::string draw(std::string_view name, const Data& data) {
    return templates_.draw(name, data, [this](std::string_view key) { return texts_(key); });
  }

  /// What every page needs. `path`: where this page is below /{lang}/; `switches`: whether it offers other languages.
  Data page(std::string_view path, bool switches, bool home = true) const;
  Data door(std::string_view path, std::string_view key) const;
  void set_desks(Data& data) const;
  /// For the answer to a form: the way out says which visit is over. Links that do not carry the visit on are not on such a page.
  static void set_visit(Data& data);
  static void set_problem(Data& data, bool has_problem, bool kept);
  std::string first();
  std::string check();
  std::string tell(bool again, bool kept);
  std::string answers(bool again, bool goes_on);
  std::string found(bool again);
  /// What the view of found answers is drawn from. Gaps: replies, code, token, value:message, checked:…, open:…
  void set_found(Data& data) const;
  std::string message(std::string_view key, bool to_answers, bool warns);
  std::string error(std::string_view name);
  std::string note(std::string_view key);
  web::Sheet reply();

  const PageSettings& settings_;
  const Questionnaire& questionnaire_;
  const web::Catalogues& catalogues_;
  const std::string& style_path_;
  const Scripts scripts_{questionnaire_};
  PageTexts texts_;
  FormDrawing form_;
  web::Templates templates_;
};

Data Drawing::page(std::string_view path, bool switches, bool home) const {
  Data data;
  data.set("lang", texts_.language());
  data.set("title", texts_.of(settings_.title, "page.title"));
  data.set("icon", icon_address(settings_.icon));
  data.set("style", style_path_);
  scripts_.set(data);
  data.set("exit", settings_.exit_url);
  data.set("visited", false);
  data.set("visit", std::string());
  data.set("demo", settings_.demo);
  data.set("home", home);
  DataList languages;
  for (const std::string& tag : settings_.languages.available) {
    Data language;
    language.set("tag", tag);
    language.set("url", "/" + tag + "/" + std::string(path));
    language.set("name", std::string(catalogues_.find(tag)->text("language.name")));
    language.set("current", tag == texts_.language());
    languages.push_back(std::move(language));
  }
  data.set("switches", switches && languages.size() > 1);
  data.set("languages", languages);
  const std::string phone = texts_.of(settings_.emergency.phone);
  data.set("emergency", !phone.empty());
  data.set("phone", phone);
  data.set("dial", dial(phone));
  const std::string retention = texts_.of(settings_.retention);
  data.set("has_retention", !retention.empty());
  data.set("retention", retention);
  return data;
}

Data Drawing::door(std::string_view path, std::string_view key) const {
  Data data;
  data.set("path", std::string(path));
  data.set("name", texts_(key));
  data.set("note", texts_(std::string(key) + "_note"));
  return data;
}

void Drawing::set_desks(Data& data) const {
  const DataList desks = form_.desks();
  data.set("several_desks", !desks.empty());
  data.set("desks", desks);
}

void Drawing::set_visit(Data& data) {
  data.set("visited", true);
  data.set("visit", gap("visit"));
}

void Drawing::set_problem(Data& data, bool has_problem, bool kept) {
  data.set("has_problem", has_problem);
  data.set("still_here", kept ? gap("still_here") : std::string());
  data.set("problem", gap("problem"));
  data.set("where", kept ? gap("where") : std::string());
}

std::string Drawing::first() {
  Data data = page("", true, false);
  DataList hotlines;
  for (const PhoneEntry& entry : settings_.emergency.hotlines) {
    if (!entry.languages.empty() && std::ranges::find(entry.languages, texts_.language()) == entry.languages.end()) continue;
    Data hotline;
    hotline.set("name", texts_.of(entry.name));
    hotline.set("phone", entry.phone);
    hotline.set("dial", dial(entry.phone));
    hotlines.push_back(std::move(hotline));
  }
  data.set("has_hotlines", !hotlines.empty());
  data.set("hotlines", hotlines);
  set_desks(data);
  const bool offered = settings_.desks.size() == 1 && !settings_.demo;
  const std::string name = offered ? texts_.of(settings_.desks.front().shown) : settings_.desk_name;
  const std::string about = offered ? texts_.of(settings_.desks.front().about) : std::string();
  data.set("has_desk", settings_.desks.size() < 2 && !name.empty());
  data.set("desk", name);
  data.set("has_about", !about.empty());
  data.set("about", about);
  data.set("exit_host", host_of(settings_.exit_url));
  data.set("doors", DataList{door("tell", "door.tell"), door("check", "door.check"), door("answers", "door.answers")});
  return draw("first", data);
}

std::string Drawing::check() {
  Data data = page("check", true);
  data.set("questions", form_.check_questions());
  data.set("doors", DataList{door("tell", "door.tell")});
  return draw("check", data);
}

std::string Drawing::tell(bool again, bool kept) {
  // Another page, or another language, is without the words that just came back.
  Data data = page("tell", !again, !again);
  if (again && kept) set_visit(data);
  set_problem(data, again, kept);
  set_desks(data);
  data.set("ask", texts_("desk.ask"));
  data.set("first_reads", true);
  data.set("token", gap("token"));
  data.set("code", std::string());   // a script shows the code in place
  const DataList sections = form_.sections();
  data.set("last", std::to_string(sections.size() + 1));
  data.set("sections", sections);
  data.set("has_story", questionnaire_.find("q_story") != nullptr);
  return draw("tell", data);
}

std::string Drawing::answers(bool again, bool goes_on) {
  Data data = page("answers", !goes_on, !goes_on);
  set_problem(data, again, false);
  set_found(data);   // a script shows what it found in place
  if (goes_on) set_visit(data);
  data.set("visit", gap("visit"));
  data.set("found_visit", std::string());   // the script copies that of the form
  data.set("code", again ? gap("code") : std::string());
  data.set("invalid", gap("invalid"));
  return draw("answers", data);
}

void Drawing::set_found(Data& data) const {
  set_desks(data);
  data.set("ask", texts_("desk.ask_again"));
  data.set("first_reads", false);
  data.set("code", gap("code"));
  data.set("token", gap("token"));
  data.set("found_visit", gap("visit"));
  data.set("replies", gap("replies"));
  data.set("message", gap("value:message"));
  data.set("danger_question", form_.danger_question());
  data.set("consents", form_.consents());
  data.set("open_consents", gap("open:consents q_share"));
  data.set("open_delete", gap("open:delete"));
}

std::string Drawing::found(bool again) {
  Data data = page("answers", false, false);
  set_visit(data);
  set_problem(data, again, true);
  set_found(data);
  return draw("answers_found", data);
}

std::string Drawing::message(std::string_view key, bool to_answers, bool warns) {
  Data data = page("", false, false);
  set_visit(data);
  data.set("heading", texts_(std::string(key) + ".heading"));
  data.set("sentence", texts_(std::string(key) + ".text"));
  data.set("warns", warns);
  data.set("leads_to_answers", to_answers);
  data.set("leads_home", false);
  return draw("message", data);
}

std::string Drawing::error(std::string_view name) {
  const std::string key = "error." + std::string(name);
  Data data = page("", false, false);
  data.set("heading", texts_(key + ".heading"));
  data.set("sentence", texts_(key + ".text"));
  data.set("warns", false);
  data.set("leads_to_answers", false);
  data.set("leads_home", true);
  return draw("message", data);
}

std::string Drawing::note(std::string_view key) {
  Data data;
  data.set("sentence", texts_(key));
  return draw("note", data);
}

web::Sheet Drawing::reply() {
  Data data;
  for (const char* name : {"number", "desk", "part_missing", "outcome", "words"}) data.set(name, gap(name));
  data.set("several_desks", settings_.desks.size() > 1);
  return web::Sheet(draw("reply", data));
}

PageSet Drawing::all() {
  // A fresh form is the same with nothing typed: drawn to the end but for what only a request knows.
  const auto only = [](const std::string& drawn, auto is_kept) {
    return web::Sheet(drawn).with([&](std::string_view name, web::HtmlWriter&) { return !is_kept(name); });
  };
  Data sent = page("", false, false);
  set_visit(sent);
  sent.set("code", gap("code"));

  PageSet set{.first = share(first()),
              .check = share(check()),
              .error_other = share(error("other")),
              .errors = {},
              .tell = only(tell(false, true), [](std::string_view name) { return name == "token"; }),
              .tell_again = web::Sheet(tell(true, true)),
              .tell_anew = only(tell(true, false), [](std::string_view name) { return name == "problem" || name == "token"; }),
              .sent = web::Sheet(draw("sent", sent)),
              .answers = only(answers(false, false), [](std::string_view name) { return name == "visit"; }),
              .answers_on = only(answers(false, true), [](std::string_view name) { return name == "visit"; }),
              .answers_again = only(answers(true, true), [](std::string_view name) {
                return name == "problem" || name == "code" || name == "invalid" || name == "visit";
              }),
              .found = only(found(false), [](std::string_view name) {
                return name == "replies" || name == "code" || name == "token" || name == "visit" || name.starts_with("checked:desk=");
              }),
              .found_again = web::Sheet(found(true)),
              .message_sent = web::Sheet(message("message_sent", true, true)),
              .consents_kept = web::Sheet(message("consents_kept", true, false)),
              .delete_asked = web::Sheet(message("delete_asked", true, false)),
              .reply = reply(),
              .no_reply = draw("no_reply", Data()),
              .still_here = draw("still_here", Data()),
              .part_missing = note("found.part_missing"),
              .deleted = note("found.outcome_deleted"),
              .kept = note("found.outcome_kept"),
              .desks = {},
              .places = {},
              .problems = {}};
  for (const int status : error_statuses) set.errors[status] = share(error(std::to_string(status)));
  if (settings_.desks.size() > 1) {
    for (const OfferedDesk& desk : settings_.desks) set.desks.emplace(to_text(desk.id), texts_.of(desk.shown));
  }
  const auto add_place = [&](const std::string& key, std::string label) {
    Data place;
    place.set("key", key);
    place.set("label", std::move(label));
    set.places.emplace(key, draw("place", place));
  };
  for (const Question& question : questionnaire_.questions()) add_place(question.key, form_.label(question));
  if (settings_.desks.size() > 1) add_place("desk", texts_("desk.ask"));
  add_place("file", texts_("file"));
  add_place("message", texts_("found.message"));
  add_place("consents", texts_("found.consents"));
  for (const std::string_view key : catalogues_.find("en")->keys()) {
    if (key.starts_with("problem.")) set.problems.emplace(key, texts_(key));
  }
  return set;
}

}  // namespace

PageSet draw_pages(const std::string& language, const PageSettings& settings, const Questionnaire& questionnaire,
                   const web::Catalogues& catalogues, const std::string& style_path) {
  return Drawing(language, settings, questionnaire, catalogues, style_path).all();
}

}  // namespace hotline::intake
