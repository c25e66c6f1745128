#include "tests/unit/intake/pages_fixture.hpp"

#include "web/catalogue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace hotline::intake {
namespace {

const std::string ministry(32, '1');
const std::string shelter(32, '2');

/// Names of fields in order, each once while it comes in a row; the values they offer.
struct Fields {
  std::vector<std::string> order;
  std::map<std::string, std::vector<std::string>> values;

  explicit Fields(const Markup& markup) {
    for (const Tag& tag : markup.tags) {
      if (tag.name != "input" && tag.name != "textarea") continue;
      if (order.empty() || order.back() != tag.get("name")) order.push_back(tag.get("name"));
      if (tag.has("value")) values[tag.get("name")].push_back(tag.get("value"));
    }
  }
};

TEST(PagesForm, TheFormAsksEveryQuestionInOrderWithNothingChosen) {
  for (const std::string language : {"en", "es"}) {
    const std::string html = pages().tell(language, token);
    const Markup markup = Markup::read(html);
    ASSERT_EQ(markup.complaint, "");
    ASSERT_EQ(markup.named("form").size(), 1u);
    EXPECT_EQ(markup.named("form")[0].get("action"), "/" + language + "/tell");
    EXPECT_EQ(markup.named("form")[0].get("enctype"), "multipart/form-data");
    EXPECT_TRUE(ticked(markup).empty());
    auto [order, values] = Fields(markup);
    std::vector<std::string> wanted{"t"};
    for (const Question& question : questionnaire().questions()) wanted.push_back(question.key);
    EXPECT_EQ(order, wanted);
    EXPECT_EQ(values["t"], std::vector<std::string>{std::string(token)});
    EXPECT_EQ(values["q_safe_now"], (std::vector<std::string>{"yes", "no", "unsure", ""})) << "skipping is one of the answers";
        const web::Catalogues catalogues;
    const std::string limit(catalogues.find(language)->text("help.h5"));
    EXPECT_LT(html.find(limit), html.find("name=\"q_child\""));
    EXPECT_GT(html.find(limit), html.find("name=\"q_who\""));
    EXPECT_LT(html.find(catalogues.find(language)->text("mode.server")), html.find("data-question=\""));
  }
}

TEST(PagesForm, ShowAgainWhatWasTypedAndChosen) {
  const std::string html = pages().tell_again(
      "en", token, visit,
      typed_of({{"q_safe_now", "no"}, {"q_share", "iom"}, {"q_share", "labour_department"}, {"q_story", "first"}, {"q_story", "second"}, {"x", "stray"}}),
      "problem.busy");
  const Markup markup = Markup::read(html);
  ASSERT_EQ(markup.complaint, "");
  EXPECT_EQ(ticked(markup), (std::vector<std::string>{"q_safe_now=no", "q_share=labour_department", "q_share=iom"}));
  EXPECT_NE(html.find(">\nfirst\nsecond</textarea>"), std::string::npos);
  EXPECT_EQ(html.find("stray"), std::string::npos);
  EXPECT_NE(html.find("It is not sent yet"), std::string::npos);
  EXPECT_NE(html.find("role=\"alert\""), std::string::npos);
}

TEST(PagesForm, EveryQuestionHasAWrapperOfItsOwn) {
  const Markup markup = Markup::read(without_templates(pages_of_two_desks().tell("en", token)));
  ASSERT_EQ(markup.complaint, "");
  std::vector<std::string> wrapped;
  for (const Tag& tag : markup.tags) {
    if (tag.has("data-question")) wrapped.push_back(tag.get("data-question"));
    if (tag.get("data-question") == "q_know") EXPECT_EQ(tag.get("data-when"), "q_who=someone_else both");
  }
  std::vector<std::string> wanted{"desk", "never"};
  for (const Question& question : questionnaire().questions()) wanted.push_back(question.key);
  EXPECT_EQ(wrapped, wanted);
}

TEST(PagesForm, ALongPartCanBeJumpedOver) {
  const std::string html = without_templates(pages().tell("en", token));
  const std::size_t jump = html.find("Skip this part");
  ASSERT_NE(jump, std::string::npos);
  const std::size_t href = html.rfind("href=\"#", jump);
  const std::string to = html.substr(href + 7, html.find('"', href + 7) - href - 7);
  const std::size_t landed = html.find("id=\"" + to + "\"");
  ASSERT_NE(landed, std::string::npos);
  EXPECT_LT(jump, html.find("name=\"q_leave\""));
  EXPECT_GT(landed, html.find("name=\"q_crime\""));
  EXPECT_LT(landed, html.find("name=\"q_where\""));
}

TEST(PagesForm, HasOneGapEarly) {
  // What comes before the token and what comes after it is alike for everyone, and is compressed once.
  const std::string one = pages().tell("en", std::string(43, 'A'));
  const std::string two = pages().tell("en", std::string(43, 'B'));
  const auto [first, second] = std::ranges::mismatch(one, two);
  const auto start = static_cast<std::size_t>(first - one.begin());
  EXPECT_EQ(one.substr(start, 43), std::string(43, 'A'));
  EXPECT_EQ(one.substr(start + 43), two.substr(start + 43));
  EXPECT_LT(start, one.find("data-question=\""));
  EXPECT_LT(start, 3000u);
}

TEST(PagesForm, SeveralDesksAreChosenBeforeAnythingIsAsked) {
  EXPECT_FALSE(Fields(Markup::read(pages().tell("en", token))).values.contains("desk"));
  const std::string html = pages_of_two_desks().tell("en", token);
  const Fields fields(Markup::read(html));
  EXPECT_EQ(std::vector(fields.order.begin(), fields.order.begin() + 4), (std::vector<std::string>{"t", "desk", "never", "q_safe_now"}));
  EXPECT_EQ(fields.values.at("desk"), (std::vector<std::string>{ministry, shelter}));
  EXPECT_EQ(fields.values.at("never"), (std::vector<std::string>{ministry, shelter}));
  EXPECT_NE(html.find("Who should read this?"), std::string::npos);
  EXPECT_NE(html.find("Who must never know of this?"), std::string::npos);
  EXPECT_NE(html.find("Shelter &lt;desk&gt;"), std::string::npos);
  EXPECT_TRUE(ticked(Markup::read(html)).empty());
  EXPECT_NE(pages_of_two_desks().first("en")->find("Shelter &lt;desk&gt;"), std::string::npos);

  const std::string again = pages_of_two_desks().tell_again("en", token, visit, typed_of({{"desk", shelter}, {"never", ministry}}), "problem.nothing");
  EXPECT_EQ(ticked(Markup::read(again)), (std::vector<std::string>{"desk=" + shelter, "never=" + ministry}));
}

TEST(PagesForm, LeadsToTheQuestionThatIsToBeMended) {
  const std::string html = pages().tell_again("en", token, visit, {}, "problem.option", "q_who");
  EXPECT_NE(html.find("<a href=\"#q_who_field\">Who is this about?</a>"), std::string::npos);
  const std::string desks = pages_of_two_desks().tell_again("en", token, visit, {}, "problem.desk_none", "desk");
  EXPECT_NE(desks.find("<a href=\"#desk_field\">Who should read this?</a>"), std::string::npos);
  EXPECT_NE(desks.find("id=\"desk_field\""), std::string::npos);
  for (const char* question : {"", "q_<none>", "desk"}) {
    EXPECT_EQ(pages().tell_again("en", token, visit, {}, "problem.option", question).find("_field\">Who"), std::string::npos);
  }
}

TEST(PagesForm, LeadsToWhatIsToBeMendedWhereSomebodyWritesAgain) {
  for (const std::string language : {"en", "es"}) {
    for (const std::string question : {"desk", "message", "file", "consents", "q_safe_now", ""}) {
      const Answers typed = typed_of({{"message", "words"}});
      const std::string html = pages_of_two_desks().answers_found(language, {code, token, visit, std::nullopt, &typed, "problem.option", question});
      EXPECT_EQ(html.find("<a href=\"#" + question + "_field\">") != std::string::npos, !question.empty()) << question;
      EXPECT_EQ(html.find("id=\"" + question + "_field\"") != std::string::npos, !question.empty()) << question;
    }
  }
}

TEST(PagesForm, ACodeThatIsWrongIsMarkedAndOneThatIsNotIsNot) {
  const auto field = [](const std::string& html) {
    const Markup markup = Markup::read(without_templates(html));
    return *std::ranges::find_if(markup.tags, [](const Tag& tag) { return tag.get("id") == "code"; });
  };
  const Tag wrong = field(pages().answers_form_again("en", visit, "K7QX", "problem.code_form"));
  EXPECT_EQ(wrong.get("aria-invalid"), "true");
  EXPECT_EQ(wrong.get("aria-describedby"), "problem code_hint");
  EXPECT_FALSE(field(pages().answers_form_again("en", visit, "K7QX", "problem.busy_code")).has("aria-invalid"));
  EXPECT_EQ(field(pages().answers_form("en", visit)).get("aria-describedby"), "code_hint");
}

TEST(PagesForm, SaysThatWordsAreStillThereOnlyWhereTheyAre) {
  const web::Catalogues catalogues;
  for (const std::string language : {"en", "es"}) {
    const std::string kept(*catalogues.find(language)->find("problem.kept"));
    const std::string cut_off(*catalogues.find(language)->find("problem.cut_off"));
    EXPECT_NE(pages().tell_again(language, token, visit, typed_of({{"q_story", "words"}}), "problem.cut_off").find(kept), std::string::npos);
    const std::string html = pages().tell_anew(language, token, "problem.cut_off");
    EXPECT_EQ(html.find(kept), std::string::npos);
    EXPECT_NE(html.find(cut_off), std::string::npos);
    EXPECT_NE(html.find(token), std::string::npos);
    EXPECT_EQ(pages().tell_again(language, token, visit, typed_of({{"q_story", "words"}}), "problem.slow").find(kept), std::string::npos) << "not all of it";
  }
}

TEST(PagesForm, EachProblemIsSaidInItsOwnWords) {
  const web::Catalogues catalogues;
  for (const std::string language : {"en", "es"}) {
    std::set<std::string> said;
    for (const char* id : {"nothing", "option", "text_too_long", "files_too_big", "files_too_many", "file_empty", "disk_full", "too_large", "cut_off", "slow",
                           "busy", "not_stored", "general", "desk_never", "desk_none", "desk_missing", "code_empty", "code_form", "code_check", "busy_code", "unread_code",
                           "message_empty"}) {
      const std::string key = "problem." + std::string(id);
      ASSERT_TRUE(catalogues.find(language)->find(key)) << language << " " << key;
      const std::string html = pages().tell_again(language, token, visit, {}, key);
      const std::size_t start = html.find("<p>", html.find("role=\"alert\"")) + 3;
      EXPECT_TRUE(said.insert(html.substr(start, html.find("</p>", start) - start)).second) << key;
    }
  }
}

TEST(PagesForm, AnswersCarryTheCodeOnToWhatIsWrittenBack) {
  const std::string html = found_page(pages(), "en", replies_of({"We can meet you.", "Bring nothing."}));
  const Markup markup = Markup::read(html);
  EXPECT_EQ(markup.named("form").size(), 1u) << "whichever button is pressed, all that was typed goes along";
  for (const Tag& tag : markup.named("input")) {
    if (tag.get("name") == "code") EXPECT_EQ(tag.get("value"), code);
    if (tag.get("name") == "t") EXPECT_EQ(tag.get("value"), token);
    if (tag.get("name") == "v") EXPECT_EQ(tag.get("value"), visit);
    if (tag.get("name") == "delete" || tag.get("name") == "consents") EXPECT_EQ(tag.get("value"), "1");
  }
  EXPECT_EQ(Fields(markup).order, (std::vector<std::string>{"code", "t", "v", "q_safe_now", "message", "file", "q_share"}));
  EXPECT_LT(html.find("We can meet you."), html.find("Bring nothing."));
  EXPECT_EQ(html.find("Nothing new yet."), std::string::npos);
  EXPECT_NE(found_page(pages(), "en", {}).find("Nothing new yet."), std::string::npos);
  // A page with a code must not offer links that would lose it.
  EXPECT_EQ(html.find("hreflang"), std::string::npos);
}

TEST(PagesForm, ConsentsStandEachForItselfAndAreOff) {
  const Markup markup = Markup::read(found_page(pages(), "en", {}));
  EXPECT_EQ(Fields(markup).values.at("q_share"),
            (std::vector<std::string>{"write_back", "police", "labour_department", "social_services", "iom", "statistics"}));
  EXPECT_TRUE(ticked(markup).empty());
  const Answers typed = typed_of({{"consents", "1"}, {"q_share", "iom"}});
  const std::string again = pages().answers_found("en", {code, token, visit, {}, &typed, "problem.busy"});
  EXPECT_EQ(ticked(Markup::read(again)), std::vector<std::string>{"q_share=iom"});
  EXPECT_EQ(std::ranges::count_if(Markup::read(again).named("details"), [](const Tag& tag) { return tag.has("open"); }), 1);
  // On the form, what a yes allows is not asked a second time.
  const auto asked = Fields(Markup::read(pages().tell("en", token))).values;
  EXPECT_EQ(asked.at("q_share"), (std::vector<std::string>{"labour_department", "social_services", "iom", "statistics"}));
  EXPECT_TRUE(asked.contains("q_police"));
  EXPECT_TRUE(asked.contains("q_reply"));
}

TEST(PagesForm, WithSeveralDesksTheFormSaysForWhomAndTheLastToAnswerIsChosen) {
  auto replies = replies_of({"One.", "Two.", "Three."});
  replies[0].options.desk = settings_of_two_desks().desks[0].id;
  replies[1].options.desk = settings_of_two_desks().desks[1].id;
  const Markup markup = Markup::read(found_page(pages_of_two_desks(), "en", replies));
  EXPECT_EQ(ticked(markup), std::vector<std::string>{"desk=" + shelter});
  EXPECT_NE(markup.text.find("Ministry &lt;desk&gt;"), std::string::npos);
  EXPECT_TRUE(ticked(Markup::read(found_page(pages_of_two_desks(), "en", replies_of({"One."})))).empty());

  const Answers typed = typed_of({{"message", "my <words>"}, {"desk", ministry}, {"never", shelter}});
  const std::string again = pages_of_two_desks().answers_found("en", {code, token, visit, replies, &typed, "problem.desk_never"});
  EXPECT_EQ(ticked(Markup::read(again)),
            (std::vector<std::string>{"desk=" + ministry, "never=" + shelter}));
  EXPECT_NE(again.find(">\nmy &lt;words&gt;</textarea>"), std::string::npos);
}

TEST(PagesForm, WhoeverWritesAgainIsAskedWhetherTheyAreSafe) {
  const auto asked = Fields(Markup::read(found_page(pages(), "en", {}))).values;
  EXPECT_EQ(asked.at("q_safe_now"), (std::vector<std::string>{"yes", "no", "unsure", ""}));
  const Answers typed = typed_of({{"message", "words"}, {"q_safe_now", "no"}});
  EXPECT_EQ(ticked(Markup::read(pages().answers_found("en", {code, token, visit, std::nullopt, &typed, "problem.busy"}))),
            std::vector<std::string>{"q_safe_now=no"});
}

TEST(PagesForm, AnswersThatWereNotReadAreNotSaidToBeNone) {
  const Answers typed = typed_of({{"message", "my <words>"}});
  const std::string none = "Nothing new yet.";
  const std::span<const crypto::JoinedAnswer> empty;
  EXPECT_NE(pages().answers_found("en", {code, token, visit, empty, &typed, "problem.busy"}).find(none), std::string::npos);
  const std::string unread = pages().answers_found("en", {code, token, visit, std::nullopt, &typed, "problem.busy"});
  EXPECT_EQ(unread.find(none), std::string::npos);
  EXPECT_NE(unread.find(">\nmy &lt;words&gt;</textarea>"), std::string::npos);
}

TEST(PagesForm, AProblemWithTheCodeIsNotSaidAboveTheAnswersThatAScriptOpens) {
  const std::string html = pages().answers_form_again("en", visit, "K7QX", "problem.code_form");
  EXPECT_NE(html.find("autofocus"), std::string::npos);
  EXPECT_EQ(html.find("autofocus"), html.rfind("autofocus"));
}

TEST(PagesForm, NoLinkLeadsAwayFromWordsThatCameBack) {
  const Answers typed = typed_of({{"q_story", "words"}, {"message", "words"}});
  for (const std::string& page : {pages().tell_again("en", token, visit, typed, "problem.busy"), pages().answers_found("en", {code, token, visit, std::nullopt, &typed, "problem.busy"})}) {
    EXPECT_EQ(page.find("class=\"languages\""), std::string::npos);
    EXPECT_EQ(page.find("<footer>"), std::string::npos);
  }
  EXPECT_NE(pages().tell("en", token).find("class=\"languages\""), std::string::npos);
}

TEST(PagesForm, TheLimitOfSecrecyStandsAboveSend) {
  const std::string limit = "we must tell child services or the police";
  const std::string tell = pages().tell("en", token);
  EXPECT_LT(tell.find("id=\"q_story\""), tell.rfind(limit));
  const std::string found = found_page(pages(), "en", {});
  EXPECT_LT(found.find("id=\"message\""), found.find(limit));
  EXPECT_LT(found.find(limit), found.find("<button type=\"submit\">"));
}

TEST(PagesForm, TellsWhatCameOfAWishAndWhatIsMissing) {
  auto replies = replies_of({"One."});
  const auto says = [&](std::string_view words) { return found_page(pages(), "en", replies).find(words) != std::string::npos; };
  EXPECT_FALSE(says("<p class=\"note\">We deleted what you sent.</p>"));
  EXPECT_FALSE(says("<p class=\"note\">A part of this answer is missing."));
  replies[0].options.outcome = crypto::WishOutcome::deleted;
  replies[0].part_missing = true;
  EXPECT_TRUE(says("<p class=\"note\">We deleted what you sent.</p>"));
  EXPECT_TRUE(says("<p class=\"note\">A part of this answer is missing."));
  replies[0].options.outcome = crypto::WishOutcome::kept;
  EXPECT_TRUE(says("<p class=\"note\">We did not delete what you sent."));
}

constexpr std::string_view own_questions = R"toml(
[[question]]
key = "q_child"
kind = "yes_no_unsure"
section = "about"
[[question]]
key = "q_boat"
kind = "choice"
options = ["boat", "road"]
section = "way"
text = { en = "How did they take you?", es = "¿Cómo los llevaron?" }
help = "Boat or <road>."
option_texts = { boat = { en = "On a boat", es = "En barco" }, road = "By road" }
[[section]]
name = "way"
heading = { en = "The way", es = "El camino" }
[[rule]]
level = 3
text = true
)toml";

TEST(PagesForm, AnOperatorsOwnQuestionsBringTheirWords) {
  const auto own = Questionnaire::parse(own_questions, "own.toml");
  ASSERT_TRUE(own) << own.error().line;
  const auto asked = Pages::create(settings_of_a_desk(), *own);
  ASSERT_TRUE(asked) << asked.error().line;
  const std::string english = asked->tell("en", token);
  for (const char* words : {"<legend>How did they take you?</legend>", "Boat or &lt;road&gt;.", "On a boat", "By road", "<h2>The way</h2>"}) {
    EXPECT_NE(english.find(words), std::string::npos) << words;
  }
  const std::string spanish = asked->tell("es", token);
  for (const char* words : {"¿Cómo los llevaron?", "En barco", "By road", "<h2>El camino</h2>"}) EXPECT_NE(spanish.find(words), std::string::npos) << words;
  // Nobody is asked about a child before the limit of secrecy was said, whoever wrote the questions.
  const web::Catalogues catalogues;
  EXPECT_LT(english.find(catalogues.find("en")->text("help.h5")), english.find("name=\"q_child\""));
}

TEST(PagesForm, AQuestionWithoutWordsIsNamed) {
  const auto refusal = [](std::string_view cut) {
    std::string text(own_questions);
    const std::size_t at = text.find(cut);
    text.erase(at, text.find('\n', at) - at);
    const auto own = Questionnaire::parse(text, "own.toml");
    if (!own) return own.error().line;
    const auto asked = Pages::create(settings_of_a_desk(), *own);
    return asked ? std::string() : asked.error().line;
  };
  EXPECT_EQ(refusal("help ="), "");
  EXPECT_NE(refusal("text = {").find("q_boat"), std::string::npos);
  EXPECT_NE(refusal("option_texts =").find("boat"), std::string::npos);
  EXPECT_NE(refusal("heading =").find("way"), std::string::npos);
}

}  // namespace
}  // namespace hotline::intake
