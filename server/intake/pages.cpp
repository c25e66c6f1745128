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

void write_replies(HtmlWriter& to, const PageSet& set, std::span<const crypto::SecretBuffer> replies) {
  if (replies.empty()) to.markup(set.no_reply);
  std::size_t number = 0;
  for (const crypto::SecretBuffer& reply : replies) {
    ++number;
    set.reply.write(to, [&](std::string_view gap, HtmlWriter& inner) {
      if (gap == "words") {
        inner.text(reply.reveal_text());
      } else {
        inner.text(std::to_string(number));
      }
    });
  }
}

}  // namespace

Outcome<Pages> Pages::create(const PageSettings& settings, const Questionnaire& questionnaire) {
  const web::Catalogues catalogues;
  const std::vector<std::string>& languages = settings.languages.available;
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

std::string Pages::tell_again(std::string_view language, std::string_view token, const Answers& typed,
                              std::string_view problem) const {
  const PageSet& pages = set(language);
  return pages.tell_again.fill([&](std::string_view gap, HtmlWriter& to) {
    constexpr std::string_view value = "value:";
    constexpr std::string_view checked = "checked:";
    if (gap.starts_with(value)) {
      write_value(to, typed, gap.substr(value.size()));
    } else if (gap.starts_with(checked)) {
      write_checked(to, typed, gap.substr(checked.size()));
    } else {
      to.text(gap == "token" ? token : problem_text(pages, problem));
    }
  });
}

std::string Pages::sent(std::string_view language, std::string_view code) const {
  return set(language).sent.fill([&](std::string_view, HtmlWriter& to) { to.text(code); });
}

std::string Pages::answers_form_again(std::string_view language, std::string_view typed_code, std::string_view problem) const {
  const PageSet& pages = set(language);
  return pages.answers_again.fill([&](std::string_view gap, HtmlWriter& to) {
    to.text(gap == "code" ? typed_code : problem_text(pages, problem));
  });
}

std::string Pages::answers_found(std::string_view language, std::string_view code, std::string_view token,
                                 std::span<const crypto::SecretBuffer> replies) const {
  const PageSet& pages = set(language);
  return pages.found.fill([&](std::string_view gap, HtmlWriter& to) {
    if (gap == "replies") {
      write_replies(to, pages, replies);
    } else {
      to.text(gap == "token" ? token : code);
    }
  });
}

std::string Pages::answers_found_again(std::string_view language, std::string_view code, std::string_view token,
                                       std::span<const crypto::SecretBuffer> replies, std::string_view typed_message,
                                       std::string_view problem) const {
  const PageSet& pages = set(language);
  return pages.found_again.fill([&](std::string_view gap, HtmlWriter& to) {
    if (gap == "replies") {
      write_replies(to, pages, replies);
    } else if (gap == "problem") {
      to.text(problem_text(pages, problem));
    } else {
      to.text(gap == "message" ? typed_message : gap == "token" ? token : code);
    }
  });
}

const Pages::Shared& Pages::error(std::string_view language, int status) const {
  const PageSet& pages = set(language);
  const auto found = pages.errors.find(status);
  return found != pages.errors.end() ? found->second : pages.error_other;
}

}  // namespace hotline::intake
