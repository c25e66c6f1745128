#include "tests/unit/intake/pages_fixture.hpp"

#include "tests/support/catalogue_image.hpp"
#include "web/catalogue.hpp"
#include "web/resources.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace hotline::intake {
namespace {

/// Every page in a language, by name.
std::vector<std::pair<std::string, std::string>> every_page(const Pages& from, std::string_view language) {
  auto replies = replies_of({"One.", "Two.\nLines.", "Three."});
  replies[0].part_missing = true;
  replies[1].options.outcome = crypto::WishOutcome::deleted;
  replies[2].options.outcome = crypto::WishOutcome::kept;
  const Answers typed = typed_of({{"message", "words"}, {"q_share", "iom"}, {"consents", "1"}});
  std::vector<std::pair<std::string, std::string>> all{
      {"first", *from.first(language)},
      {"check", *from.check(language)},
      {"tell", from.tell(language, token)},
      {"tell_again", from.tell_again(language, token, visit, typed_of({{"q_who", "me"}, {"q_story", "words"}}), "problem.files_too_big", "q_who")},
      {"tell_anew", from.tell_anew(language, token, "problem.cut_off")},
      {"sent", from.sent(language, code, visit)},
      {"answers", from.answers_form(language, visit)},
      {"answers_on", from.answers_form_on(language, visit)},
      {"answers_again", from.answers_form_again(language, visit, "k7qx", "problem.code_check")},
      {"found", found_page(from, language, replies)},
      {"found_none", found_page(from, language, {})},
      {"found_again", from.answers_found(language, {code, token, visit, replies, &typed, "problem.message_empty"})},
      {"message_sent", from.message_sent(language, visit)},
      {"consents_kept", from.consents_kept(language, visit)},
      {"delete_asked", from.delete_asked(language, visit)}};
  for (const int status : {400, 403, 404, 405, 408, 413, 429, 431, 500, 503}) {
    all.emplace_back("error_" + std::to_string(status), *from.error(language, status));
  }
  return all;
}

template <class F>
void for_every_page(F check) {
  for (const Pages* from : {&pages(), &pages_of_two_desks()}) {
    for (const std::string language : {"en", "es"}) {
      for (const auto& [name, html] : every_page(*from, language)) {
        SCOPED_TRACE(language + " " + name + (from == &pages() ? "" : " of two desks"));
        const Markup markup = Markup::read(html);
        ASSERT_EQ(markup.complaint, "");
        check(language, name, html, markup);
      }
    }
  }
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

TEST(Pages, HaveTheSkeletonThatEveryPageNeeds) {
  for_every_page([](const std::string& language, const std::string&, const std::string& html, const Markup&) {
    const Markup markup = Markup::read(without_templates(html));
    ASSERT_EQ(markup.named("html").size(), 1u);
    EXPECT_EQ(markup.named("html")[0].get("lang"), language);
    EXPECT_EQ(markup.named("html")[0].get("dir"), "ltr");
    EXPECT_EQ(markup.named("h1").size(), 1u);
    EXPECT_EQ(markup.named("main").size(), 1u);
    EXPECT_EQ(markup.named("title").size(), 1u);
    EXPECT_NE(html.find("<title>" + std::string(language == "en" ? "Information" : "Información") + "</title>"), std::string::npos);
    EXPECT_NE(html.find("name=\"viewport\""), std::string::npos);
    EXPECT_NE(html.find(pages().style_path()), std::string::npos);
  });
}

TEST(Pages, OfferTheWayOutFirstOnEveryPage) {
  // Of the answers to forms it ends the visit; nothing else leads on there without it.
  const std::set<std::string> answers_to_forms{"tell_again", "sent", "answers_on", "answers_again", "found", "found_none", "found_again", "message_sent", "consents_kept", "delete_asked"};
  for_every_page([&](const std::string&, const std::string& name, const std::string& html, const Markup& markup) {
    const bool ends = answers_to_forms.contains(name);
    const std::string out = ends ? "/exit?v=" + std::string(visit) : "/exit";
    const auto links = markup.named("a");
    ASSERT_GE(links.size(), 3u);
    EXPECT_EQ(links[0].get("href"), out);
    EXPECT_EQ(links[0].get("class"), "skip");
    EXPECT_EQ(links[1].get("href"), "#main");
    EXPECT_EQ(links[2].get("href"), out);
    if (!ends) return;
    for (const Tag& link : links) {
      const std::string to(link.get("href"));
      EXPECT_TRUE(!to.starts_with('/') || to.ends_with("?v=" + std::string(visit))) << to;
    }
    EXPECT_EQ(links[2].get("class"), "leave");
    EXPECT_LT(html.find("class=\"leave\""), html.find("<main"));
  });
  // The bar stays at the edge and nothing is laid over it.
  const std::string_view style = *pages().style();
  EXPECT_NE(style.find(".bar{position:-webkit-sticky;position:sticky;top:0;z-index:9"), std::string_view::npos);
  EXPECT_EQ(style.find("z-index", style.find("z-index") + 1), std::string_view::npos);
  EXPECT_EQ(style.find("position:fixed"), std::string_view::npos);
}

TEST(Pages, LetNothingTypedComeBack) {
  for_every_page([](const std::string&, const std::string&, const std::string&, const Markup& markup) {
    for (const Tag& tag : markup.tags) {
      if (tag.name == "form" || tag.name == "input" || tag.name == "textarea" || tag.name == "select") {
        EXPECT_EQ(tag.get("autocomplete"), "off") << tag.name << " " << tag.get("name");
      }
      if (tag.name == "textarea" || (tag.name == "input" && tag.get("type") == "text")) {
        EXPECT_EQ(tag.get("spellcheck"), "false") << tag.get("name");
      }
      if (tag.name == "form") EXPECT_EQ(tag.get("method"), "post");
      EXPECT_FALSE(tag.has("required"));
    }
  });
}

TEST(Pages, HaveNoScriptStyleImageOrForeignAddress) {
  for_every_page([](const std::string&, const std::string&, const std::string& html, const Markup& markup) {
    for (std::size_t at = html.find("<script"); at != std::string::npos; at = html.find("<script", at + 1)) {
      EXPECT_TRUE(html.substr(html.find('>', at)).starts_with("></script>")) << "a script in the page itself";
    }
    for (const Tag& tag : markup.tags) {
      if (tag.name == "script") {   // only files of our own, and only as they were built
        EXPECT_TRUE(tag.get("src").starts_with("/s/")) << tag.get("src");
        EXPECT_TRUE(tag.get("integrity").starts_with("sha")) << tag.get("src");
        EXPECT_TRUE(tag.has("defer"));
        continue;
      }
      for (const char* refused : {"style", "img", "iframe", "object", "embed", "svg", "base", "video", "audio"}) {
        EXPECT_NE(tag.name, refused);
      }
      for (const auto& [name, value] : tag.attributes) {
        EXPECT_FALSE(name.starts_with("on")) << name;
        EXPECT_NE(name, "style");
        EXPECT_NE(name, "src");
        if (name == "href" || name == "action") {
          EXPECT_TRUE((value.starts_with("/") && !value.starts_with("//")) || value.starts_with("#") || value.starts_with("tel:") ||
                      value == "data:,")
              << value;
        }
      }
    }
    EXPECT_EQ(html.find("javascript:"), std::string::npos);
  });
  const std::string_view style = *pages().style();
  EXPECT_EQ(style.find("url("), std::string_view::npos);
  EXPECT_EQ(style.find("@import"), std::string_view::npos);
  EXPECT_EQ(style.find("animation"), std::string_view::npos);
  EXPECT_EQ(style.find("transition"), std::string_view::npos);
  // What is said in start and end turns round with the language.
  for (const char* side : {"left", "right"}) EXPECT_EQ(style.find(side), std::string_view::npos) << side;
}

TEST(Pages, SayNothingInTabsAddressesAndNames) {
  for_every_page([](const std::string&, const std::string&, const std::string& html, const Markup& markup) {
    std::string seen = html.substr(html.find("<title>"), html.find("</title>") - html.find("<title>"));
    for (const Tag& tag : markup.tags) {
      for (const char* name : {"href", "action", "content", "id", "class", "name"}) seen += " " + tag.get(name);
    }
    seen = lower(seen);
    for (const char* refused : {"report", "victim", "victima", "traffick", "trata", "hotline", "denuncia", "abuse", "police.", "help"}) {
      EXPECT_EQ(seen.find(refused), std::string::npos) << refused;
    }
  });
  EXPECT_TRUE(pages().style_path().starts_with("/s/"));
}

TEST(Pages, NeverSpeakOfVictimsOrPromiseTooMuch) {
  for_every_page([](const std::string&, const std::string&, const std::string&, const Markup& markup) {
    const std::string text = lower(markup.text);
    for (const char* refused : {"victim", "víctima", "traffick", "trata de", "100 %", "100%", "anonymous", "anónim", "captcha", "illegal"}) {
      EXPECT_EQ(text.find(refused), std::string::npos) << refused;
    }
  });
}

TEST(Pages, LeaveNoGapKeyOrTagOfATemplateOpen) {
  const web::Catalogues catalogues;
  const auto keys = catalogues.find("en")->keys();
  for_every_page([&](const std::string&, const std::string&, const std::string& html, const Markup& markup) {
    EXPECT_EQ(without_templates(html).find_first_of("{}"), std::string::npos);
    EXPECT_EQ(html.find_first_of("\x02\x03"), std::string::npos);
    for (const auto key : keys) {
      if (key.find('.') == std::string_view::npos) continue;
      EXPECT_EQ(markup.text.find(key), std::string::npos) << key;
    }
  });
}

TEST(Pages, LabelEveryFieldAndUseEachIdOnce) {
  for_every_page([](const std::string&, const std::string&, const std::string& html, const Markup&) {
    const Markup markup = Markup::read(without_templates(html));
    ASSERT_EQ(markup.complaint, "");
    std::set<std::string> ids;
    std::set<std::string> labelled;
    for (const Tag& tag : markup.tags) {
      if (tag.has("id")) EXPECT_TRUE(ids.insert(tag.get("id")).second) << "twice: " << tag.get("id");
      if (tag.name == "label" && tag.has("for")) labelled.insert(tag.get("for"));
    }
    for (const Tag& tag : markup.tags) {
      const std::string type = tag.get("type");
      if (tag.name == "textarea" || (tag.name == "input" && (type == "text" || type == "file"))) {
        EXPECT_TRUE(labelled.contains(tag.get("id"))) << tag.get("name");
      }
      for (const char* reference : {"aria-describedby", "aria-labelledby"}) {
        std::istringstream several(tag.get(reference));
        for (std::string id; several >> id;) EXPECT_TRUE(ids.contains(id)) << id;
      }
      if (tag.name == "a" && tag.get("href").starts_with("#")) EXPECT_TRUE(ids.contains(tag.get("href").substr(1))) << tag.get("href");
    }
  });
}

TEST(Pages, WordsOfAPersonStayWords) {
  const std::vector<std::string> naughty{
      "</textarea><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x", "{{q_story}} {{{t}}} {{_ tell.send}}",
      "&lt;b&gt; &amp;", "<!--", "-->", "]]>", "\x02token\x03", std::string("nul\0nul", 7), "\xff\xfe broken \xc3", "%s%n",
      "\xE2\x80\xAE right to left", "\nleading line", "{files_max}", std::string(20000, '<')};
  for (const std::string& words : naughty) {
    SCOPED_TRACE(words.substr(0, 60));
    const auto replies = replies_of({words, "after"});
    const Answers typed = typed_of({{"q_story", words}, {"q_where", words}, {"q_who", words}});
    const Answers message = typed_of({{"message", words}});
    const std::string escaped = web::escape_html(words);
    const std::vector<std::string> all{pages().tell_again("en", token, visit, typed, "problem.option"),
                                       pages().answers_form_again("en", visit, words, "problem.code_form"),
                                       found_page(pages(), "en", replies),
                                       pages().answers_found("en", {code, token, visit, replies, &message, "problem.files_too_big"}),
                                       pages().sent("en", words, visit), pages().tell("en", words)};
    for (const std::string& html : all) {
      const Markup markup = Markup::read(html);
      ASSERT_EQ(markup.complaint, "");
      EXPECT_EQ(html.find("<script>"), std::string::npos);
      EXPECT_TRUE(markup.named("img").empty());
      EXPECT_NE(html.find(escaped), std::string::npos);
      EXPECT_EQ(html.find('\x02'), std::string::npos);
      for (const Tag& tag : markup.tags) {
        for (const auto& [name, value] : tag.attributes) EXPECT_FALSE(name.starts_with("on")) << name;
      }
    }
  }
}

TEST(Pages, TheCodeStandsAloneInItsOutput) {
  const std::string html = pages().sent("es", code, visit);
  const std::size_t at = html.find("<output id=\"code\"");
  ASSERT_NE(at, std::string::npos);
  const std::size_t start = html.find('>', at) + 1;
  EXPECT_EQ(html.substr(start, html.find('<', start) - start), code);
}

TEST(Pages, TheSelfCheckSendsNothing) {
  for (const std::string language : {"en", "es"}) {
    const Markup markup = Markup::read(*pages().check(language));
    EXPECT_TRUE(markup.named("form").empty());
    EXPECT_TRUE(markup.named("input").empty());
    EXPECT_EQ(markup.named("details").size(), 18u);
    const auto results = std::ranges::count_if(markup.tags, [](const Tag& tag) { return tag.get("class") == "result"; });
    EXPECT_EQ(results, 6);
  }
}

TEST(Pages, HoldNoWordThatIsNotInTheCatalogueAndTurnToTheRight) {
  // A made-up language: every text in brackets, read from right to left. What stands outside them cannot be translated.
  web::Catalogues catalogues;
  std::vector<std::pair<std::string, std::string>> texts{tests::catalogue_header};
  const web::Catalogue& english = *catalogues.find("en");
  for (const auto key : english.keys()) {
    texts.emplace_back(key, key == "language.dir" ? std::string("rtl") : "[" + std::string(english.text(key)) + "]");
  }
  const ByteVector image = tests::catalogue_image(texts);
  ASSERT_TRUE(catalogues.add("qx", image));
  PageSettings settings;
  settings.languages = {{"qx"}, "qx", {}};
  settings.demo = true;
  settings.desks = {offered_desk(1, "[Ministry]"), offered_desk(2, "[Shelter]")};
  for (OfferedDesk& desk : settings.desks) desk.shown = desk.about = LocalText("[" + desk.name + "]");
  const PageSet set = draw_pages("qx", settings, questionnaire(), catalogues, "/s/x.css");
  const auto empty = [](std::string_view, web::HtmlWriter&) {};
  std::vector<std::string> all{*set.first, *set.check,
                               *set.error_other, set.part_missing, set.deleted, set.kept,
                               set.no_reply};
  for (const web::Sheet* sheet : {&set.tell, &set.tell_again, &set.tell_anew, &set.sent, &set.answers, &set.answers_on, &set.answers_again, &set.found, &set.found_again, &set.message_sent, &set.consents_kept, &set.delete_asked, &set.reply}) {
    all.push_back(sheet->fill(empty));
  }
  for (const auto& [status, page] : set.errors) all.push_back(*page);
  for (const std::string& html : all) {
    const Markup markup = Markup::read(html);
    ASSERT_EQ(markup.complaint, "");
    if (!markup.named("html").empty()) EXPECT_EQ(markup.named("html")[0].get("dir"), "rtl");
    std::string outside;
    int depth = 0;
    for (const char c : markup.text) {
      if (c == '[') ++depth;
      if (depth == 0) outside.push_back(c);
      if (c == ']') --depth;
    }
    if (const std::size_t host = outside.find("www.wikipedia.org"); host != std::string::npos) outside.erase(host, 17);
    EXPECT_EQ(outside.find_first_not_of(" \n\t:."), std::string::npos) << outside.substr(outside.find_first_not_of(" \n\t:."), 80);
  }
}

TEST(Pages, NameTheLimitAndTheNumbersOfTheSettings) {
  EXPECT_NE(pages().error("en", 413)->find("10 files, 25 MB each, 50 MB in all"), std::string::npos);
  EXPECT_NE(pages().sent("en", code, visit).find("within 3 days"), std::string::npos);
  const std::string& first = *pages().first("en");
  EXPECT_NE(first.find("<a href=\"tel:911\">"), std::string::npos);
  EXPECT_NE(first.find("<a href=\"tel:+5015550100\">"), std::string::npos);
  EXPECT_NE(first.find("Child &quot;line&quot;"), std::string::npos);
  EXPECT_NE(first.find("Sample &amp; Desk"), std::string::npos);
  EXPECT_NE(first.find("<bdi>weather.example.org</bdi>"), std::string::npos);
}

TEST(Pages, NameNoNumberThatIsNotInTheSettings) {
  PageSettings settings;
  const Pages plain = Pages::create(settings, questionnaire()).value();
  for (const auto& [name, html] : every_page(plain, "en")) {
    EXPECT_EQ(html.find("tel:"), std::string::npos) << name;
    EXPECT_EQ(Markup::read(html).text.find("911"), std::string::npos) << name;
    EXPECT_EQ(html.find("In danger now?"), std::string::npos) << name;
    EXPECT_EQ(html.find("This is a test page"), std::string::npos) << name;
    EXPECT_EQ(Markup::read(html).complaint, "") << name;
  }
}

TEST(Pages, ADemoSaysSoOnEveryPage) {
  PageSettings settings = settings_of_a_desk();
  settings.demo = true;
  settings.title = LocalText("Weather & more");
  const Pages demo = Pages::create(settings, questionnaire()).value();
  for (const auto& [name, html] : every_page(demo, "en")) {
    EXPECT_NE(html.find("This is a test page. No one reads what you send here."), std::string::npos) << name;
    EXPECT_NE(html.find("<title>Weather &amp; more</title>"), std::string::npos) << name;
  }
}

TEST(Pages, SayWhatTheSettingsSayInTheReadersLanguage) {
  PageSettings settings = settings_of_a_desk();
  settings.emergency.phone = LocalText();
  settings.emergency.phone.set("en", "911");
  settings.emergency.phone.set("es", "066");
  settings.emergency.hotlines.front().languages = {"es"};
  settings.title.set("en", "Weather");
  settings.title.set("es", "El tiempo");
  settings.retention.set("en", "Two years & a day.");
  settings.retention.set("es", "Dos años y un día.");
  settings.read_days = 1;
  settings.icon = "<svg xmlns=\"http://www.w3.org/2000/svg\"><path fill='#123' d=\"M0 0\"/></svg>";
  const Pages own = Pages::create(settings, questionnaire()).value();
  EXPECT_NE(own.first("en")->find("tel:911"), std::string::npos);
  EXPECT_EQ(own.first("en")->find("tel:+501"), std::string::npos) << "a line for those who read Spanish";
  EXPECT_NE(own.first("es")->find("tel:066"), std::string::npos);
  EXPECT_NE(own.first("es")->find("tel:+501"), std::string::npos);
  EXPECT_NE(own.tell("es", token).find("<title>El tiempo</title>"), std::string::npos);
  for (const std::string& html : {*own.first("en"), own.tell("en", token)}) {
    EXPECT_NE(html.find("Two years &amp; a day."), std::string::npos);
    EXPECT_NE(html.find("href=\"data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E%3Cpath fill=%27%23123%27 d=%22M0 0%22/%3E%3C/svg%3E\""),
              std::string::npos);
  }
  EXPECT_NE(own.sent("en", code, visit).find("within a day"), std::string::npos);
}

TEST(Pages, TakeALanguageThatIsNotBuiltIn) {
  PageSettings settings = settings_of_a_desk();
  settings.languages = {{"en", "qx"}, "en", {}};
  settings.catalogues = {{"qx", tests::catalogue_image({tests::catalogue_header, {"language.name", "Qux"}, {"language.dir", "rtl"}, {"tell.send", "Zend"}})}};
  const Pages more = Pages::create(settings, questionnaire()).value();
  const std::string html = more.tell("qx", token);
  EXPECT_NE(html.find("lang=\"qx\" dir=\"rtl\""), std::string::npos);
  EXPECT_NE(html.find(">Zend</button>"), std::string::npos);
  EXPECT_NE(html.find("Are you safe right now?"), std::string::npos) << "what it lacks is in English";
  EXPECT_NE(more.first("en")->find(">Qux</a>"), std::string::npos);
}

TEST(Pages, TheFirstViewIsSmall) {
  for (const std::string language : {"en", "es"}) {
    // Not even compressed do page and stylesheet pass what a first burst of packets carries.
    EXPECT_LT(pages().first(language)->size() + pages().style()->size(), 14u * 1024);
  }
}

TEST(Pages, AnUnknownLanguageGetsTheDesksOwn) {
  PageSettings settings = settings_of_a_desk();
  settings.languages = {{"es"}, "es", {}};
  const Pages spanish = Pages::create(settings, questionnaire()).value();
  EXPECT_EQ(spanish.first("xx"), spanish.first("es"));
  EXPECT_FALSE(spanish.speaks("en"));
  EXPECT_EQ(spanish.language({"", "", "en"}), "es");
  EXPECT_EQ(spanish.first("es")->find("hreflang"), std::string::npos) << "one language needs no choice";
}

TEST(Pages, AnUnknownProblemIsSaidInGeneral) {
  const std::string html = pages().tell_again("en", token, visit, {}, "problem.<nobody>");
  EXPECT_NE(html.find("Something did not work. It is not sent yet."), std::string::npos);
  EXPECT_EQ(html.find("nobody"), std::string::npos);
}

TEST(Pages, SettingsThatWillNotDoAreNamed) {
  const auto refusal = [](auto change) {
    PageSettings settings;
    change(settings);
    const auto outcome = Pages::create(settings, questionnaire());
    return outcome ? std::string() : outcome.error().line;
  };
  EXPECT_NE(refusal([](PageSettings& s) { s.languages.available = {"en", "xx"}; }).find("xx"), std::string::npos);
  EXPECT_NE(refusal([](PageSettings& s) { s.languages.available = {}; }), "");
  EXPECT_NE(refusal([](PageSettings& s) { s.languages.fallback = "fr"; }).find("fr"), std::string::npos);
  EXPECT_NE(refusal([](PageSettings& s) { s.exit_url = "javascript:alert(1)"; }).find("[exit] url"), std::string::npos);
  EXPECT_NE(refusal([](PageSettings& s) { s.catalogues = {{"qx", {1, 2, 3}}}; }).find("qx.mo"), std::string::npos);
  EXPECT_NE(refusal([](PageSettings& s) { s.catalogues = {{"en", tests::catalogue_image({tests::catalogue_header})}}; }).find("en.mo"), std::string::npos);
  EXPECT_EQ(refusal([](PageSettings&) {}), "");
}

}  // namespace
}  // namespace hotline::intake
