#include "server/intake/pages.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "web/catalogue.hpp"
#include "web/resources.hpp"

#include <algorithm>
#include <utility>

namespace hotline::intake {
namespace {

using web::HtmlWriter;

std::string_view problem_text(const PageSet& set, std::string_view problem) {
  const auto found = set.problems.find(problem);
  return found != set.problems.end() ? found->second : set.problems.find(problem_general)->second;
}

/// What was typed into a text field; several of one name are joined by a line.
void write_value(HtmlWriter& to, const Answers& typed, std::string_view key) {
  bool first = true;
  for (const auto& [name, value] : typed) {
    if (name != key) continue;
    if (!first) to.markup("\n");
    to.text(value.reveal_text());
    first = false;
  }
}

/// `choice`: KEY=VALUE
void write_checked(HtmlWriter& to, const Answers& typed, std::string_view choice) {
  const std::size_t middle = choice.find('=');
  const std::string_view key = choice.substr(0, middle);
  const std::string_view option = choice.substr(middle + 1);
  const bool chosen = std::ranges::any_of(typed, [&](const auto& answer) {
    return answer.first == key && answer.second.reveal_text() == option;
  });
  if (chosen) to.markup(" checked");
}

/// `names` with blanks between them.
bool is_among(std::string_view names, std::string_view name) {
  while (!names.empty()) {
    const std::string_view first = names.substr(0, names.find(' '));
    if (first == name) return true;
    names.remove_prefix(std::min(names.size(), first.size() + 1));
  }
  return false;
}

/// What a gap of a form stands for: value:KEY, checked:KEY=VALUE, or open:KEYS of a part that was folded. False for other gaps.
bool write_typed(HtmlWriter& to, const Answers& typed, std::string_view gap) {
  const std::size_t middle = gap.find(':');
  if (middle == std::string_view::npos) return false;
  const std::string_view what = gap.substr(0, middle);
  const std::string_view rest = gap.substr(middle + 1);
  if (what == "value") {
    write_value(to, typed, rest);
  } else if (what == "checked") {
    write_checked(to, typed, rest);
  } else if (std::ranges::any_of(typed, [&](const auto& answer) { return is_among(rest, answer.first); })) {
    to.markup(" open");
  }
  return true;
}

/// What has no gap but the number of the visit.
std::string with_visit(const web::Sheet& page, std::string_view visit) {
  return page.fill([&](std::string_view, HtmlWriter& to) { to.text(visit); });
}

/// A link to what is to be mended; nothing where no place is known.
void write_place(HtmlWriter& to, const PageSet& set, std::string_view question) {
  const auto place = set.places.find(question);
  if (place != set.places.end()) to.markup(place->second);
}

/// Of a form that fell silent not all is here; its problem says so itself.
void write_still_here(HtmlWriter& to, const PageSet& set, std::string_view problem) {
  if (problem != "problem.slow") to.markup(set.still_here);
}

void write_reply(HtmlWriter& to, const PageSet& set, const crypto::JoinedAnswer& reply, std::string_view gap, std::size_t number) {
  if (gap == "words") {
    to.text(reply.text.reveal_text());
  } else if (gap == "number") {
    to.text(std::to_string(number));
  } else if (gap == "part_missing") {
    if (reply.part_missing) to.markup(set.part_missing);
  } else if (gap == "outcome") {
    if (reply.options.outcome) to.markup(*reply.options.outcome == crypto::WishOutcome::deleted ? set.deleted : set.kept);
  } else if (gap == "desk" && reply.options.desk) {
    const auto desk = set.desks.find(to_text(*reply.options.desk));
    if (desk != set.desks.end()) to.text(desk->second);
  }
}

void write_replies(HtmlWriter& to, const PageSet& set, std::span<const crypto::JoinedAnswer> replies) {
  if (replies.empty()) to.markup(set.no_reply);
  std::size_t number = 0;
  for (const crypto::JoinedAnswer& reply : replies) {
    ++number;
    set.reply.write(to, [&](std::string_view gap, HtmlWriter& inner) { write_reply(inner, set, reply, gap, number); });
  }
}

/// Whether the desk of `choice` ("desk=ID") gave the last answer.
bool answered_last(std::span<const crypto::JoinedAnswer> replies, std::string_view choice) {
  for (auto reply = replies.rbegin(); reply != replies.rend(); ++reply) {
    if (reply->options.desk) return choice == "desk=" + to_text(*reply->options.desk);
  }
  return false;
}

/// Whether every question brings its words or has them in the catalogue, option by option.
Outcome<void> check_words(const Questionnaire& questionnaire, const web::Catalogues& catalogues) {
  const web::Catalogue& english = *catalogues.find("en");
  const auto lacks = [&](std::string_view key) { return !english.find(key).has_value(); };
  for (const Question& question : questionnaire.questions()) {
    if (question.label.empty() && lacks(question.key)) return Problem{"the question " + question.key + " has no words; give it text in the questionnaire"};
    const bool common = question.kind == QuestionKind::yes_no_unsure || question.kind == QuestionKind::consent;
    for (const std::string& option : question.options) {
      if (!common && !question.option_texts.contains(option) && lacks(question.key + "." + option)) {
        return Problem{"the answer " + option + " of the question " + question.key + " has no words; give it some in option_texts"};
      }
    }
    for (const std::string& key : question.before) {
      if (lacks(key)) return Problem{"the question " + question.key + " wants the text " + key + " before it, which there is not"};
    }
    if (!question.hint.empty() && question.help.empty() && lacks(question.hint)) {
      return Problem{"the question " + question.key + " wants the hint " + question.hint + ", which there is not; give it help"};
    }
    if (questionnaire.section_heading(question.section) == nullptr && lacks("section." + question.section)) {
      return Problem{"the section " + question.section + " has no heading; add [[section]] with name and heading to the questionnaire"};
    }
  }
  return {};
}

}  // namespace

Outcome<Pages> Pages::create(const PageSettings& settings, const Questionnaire& questionnaire) {
  web::Catalogues catalogues;
  const std::vector<std::string>& languages = settings.languages.available;
  for (const CatalogueImage& more : settings.catalogues) {
    if (more.language == "en") return Problem{"en.mo: the English texts are built in and stand in for what others lack; take the file away"};
    if (!catalogues.add(more.language, more.image)) return Problem{more.language + ".mo is no catalogue made by msgfmt in UTF-8; make it anew"};
  }
  if (languages.empty()) return Problem{"no language is set; name one in [languages] available"};
  for (const std::string& language : languages) {
    if (catalogues.find(language) == nullptr) {
      return Problem{"there are no texts in the language " + language + "; take it out of [languages] available"};
    }
  }
  if (std::ranges::find(languages, settings.languages.fallback) == languages.end()) {
    return Problem{"the language " + settings.languages.fallback + " is not offered; [languages] default must be one of available"};
  }
  if (!settings.exit_url.starts_with("https://") && !settings.exit_url.starts_with("http://")) {
    return Problem{"[exit] url must be an address that starts with https://"};
  }
  if (auto found = check_words(questionnaire, catalogues); !found) return found.error();

  Pages pages;
  pages.style_ = std::make_shared<const std::string>(web::resource("reporter/style.css"));
  const auto hash = crypto::blake2b({as_bytes(*pages.style_)});
  pages.style_path_ = "/s/" + crypto::to_hex(Bytes(hash).first(8)) + ".css";
  pages.languages_ = languages;
  pages.fallback_ = settings.languages.fallback;
  for (const std::string& language : languages) {
    pages.sets_.emplace(language, draw_pages(language, settings, questionnaire, catalogues, pages.style_path_));
  }
  return pages;
}

const PageSet& Pages::set(std::string_view language) const {
  const auto found = sets_.find(language);
  return found != sets_.end() ? found->second : sets_.find(fallback_)->second;
}

std::string Pages::tell(std::string_view language, std::string_view token) const {
  return set(language).tell.fill([&](std::string_view, HtmlWriter& to) { to.text(token); });
}

std::string Pages::tell_again(std::string_view language, std::string_view token, std::string_view visit, const Answers& typed,
                              std::string_view problem, std::string_view question) const {
  const PageSet& pages = set(language);
  return pages.tell_again.fill([&](std::string_view gap, HtmlWriter& to) {
    if (write_typed(to, typed, gap)) return;
    if (gap == "where") {
      write_place(to, pages, question);
    } else if (gap == "still_here") {
      write_still_here(to, pages, problem);
    } else {
      to.text(gap == "token" ? token : gap == "visit" ? visit : problem_text(pages, problem));
    }
  });
}

std::string Pages::tell_anew(std::string_view language, std::string_view token, std::string_view problem) const {
  const PageSet& pages = set(language);
  return pages.tell_anew.fill([&](std::string_view gap, HtmlWriter& to) { to.text(gap == "token" ? token : problem_text(pages, problem)); });
}

std::string Pages::sent(std::string_view language, std::string_view code, std::string_view visit) const {
  return set(language).sent.fill([&](std::string_view gap, HtmlWriter& to) { to.text(gap == "code" ? code : visit); });
}

std::string Pages::answers_form(std::string_view language, std::string_view visit) const { return with_visit(set(language).answers, visit); }

std::string Pages::answers_form_on(std::string_view language, std::string_view visit) const { return with_visit(set(language).answers_on, visit); }

std::string Pages::answers_form_again(std::string_view language, std::string_view visit, std::string_view typed_code, std::string_view problem) const {
  const PageSet& pages = set(language);
  return pages.answers_again.fill([&](std::string_view gap, HtmlWriter& to) {
    if (gap == "invalid") {
      if (problem.starts_with("problem.code_")) to.markup(" aria-invalid=\"true\"");
    } else {
      to.text(gap == "code" ? typed_code : gap == "visit" ? visit : problem_text(pages, problem));
    }
  });
}

std::string Pages::answers_found(std::string_view language, const Found& found) const {
  const PageSet& pages = set(language);
  const bool again = found.typed != nullptr;
  return (again ? pages.found_again : pages.found).fill([&](std::string_view gap, HtmlWriter& to) {
    constexpr std::string_view checked = "checked:";
    if (gap == "replies") {
      if (found.replies) write_replies(to, pages, *found.replies);
    } else if (!again && gap.starts_with(checked)) {
      if (found.replies && answered_last(*found.replies, gap.substr(checked.size()))) to.markup(" checked");
    } else if (!again || !write_typed(to, *found.typed, gap)) {
      if (gap == "problem") to.text(problem_text(pages, found.problem));
      if (gap == "where") write_place(to, pages, found.question);
      if (gap == "still_here") write_still_here(to, pages, found.problem);
      if (gap == "token") to.text(found.token);
      if (gap == "visit") to.text(found.visit);
      if (gap == "code") to.text(found.code);
    }
  });
}

std::string Pages::message_sent(std::string_view language, std::string_view visit) const { return with_visit(set(language).message_sent, visit); }
std::string Pages::delete_asked(std::string_view language, std::string_view visit) const { return with_visit(set(language).delete_asked, visit); }
std::string Pages::consents_kept(std::string_view language, std::string_view visit) const { return with_visit(set(language).consents_kept, visit); }

const Pages::Shared& Pages::error(std::string_view language, int status) const {
  const PageSet& pages = set(language);
  const auto found = pages.errors.find(status);
  return found != pages.errors.end() ? found->second : pages.error_other;
}

}  // namespace hotline::intake
