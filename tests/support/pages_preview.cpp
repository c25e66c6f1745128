// Writes every page as a file, to be looked at: pages_preview FOLDER [LANGUAGE.mo …]
// Below FOLDER/two are the pages of a server with two desks.

#include "server/intake/pages.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace {

using hotline::LocalText;
using hotline::crypto::SecretBuffer;
namespace crypto = hotline::crypto;
namespace intake = hotline::intake;

constexpr std::string_view token = "dG9rZW4";
constexpr std::string_view visit = "dG9rZW4dG9rZW4dG9rZW4A";
constexpr std::string_view code = "K7QX-2M9P-4RTW-8ZHC";

void write(const std::filesystem::path& path, std::string html, const std::string& style_path) {
  const std::size_t at = html.find(style_path);
  if (at != std::string::npos) html.replace(at, style_path.size(), "style.css");
  std::ofstream(path) << html;
}

hotline::ByteVector read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const hotline::Bytes bytes = hotline::as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

std::vector<crypto::JoinedAnswer> some_answers(const intake::PageSettings& settings) {
  std::vector<crypto::JoinedAnswer> answers(2);
  answers[0].text = SecretBuffer(std::string_view("Thank you for writing. We believe you.\nAre you able to go to the market on Saturday?"));
  answers[1].text = SecretBuffer(std::string_view("A nurse can see you. No papers are needed."));
  answers[1].part_missing = true;
  answers[1].options.outcome = crypto::WishOutcome::kept;
  if (!settings.desks.empty()) answers[0].options.desk = settings.desks.front().id;
  return answers;
}

void write_pages(const std::filesystem::path& folder, const intake::PageSettings& settings) {
  std::filesystem::create_directories(folder);
  const intake::Questionnaire questionnaire = intake::Questionnaire::built_in();
  const intake::Pages pages = intake::Pages::create(settings, questionnaire).value();
  std::ofstream(folder / "style.css") << *pages.style();

  intake::Answers typed;
  typed.emplace_back("q_safe_now", SecretBuffer(std::string_view("no")));
  typed.emplace_back("q_share", SecretBuffer(std::string_view("iom")));
  typed.emplace_back("q_story", SecretBuffer(std::string_view("They keep my <papers> & \"phone\".\nPlease help.")));
  typed.emplace_back("consents", SecretBuffer(std::string_view("1")));
  const auto answers = some_answers(settings);
  for (const std::string& language : settings.languages.available) {
    const auto save = [&](const std::string& name, const std::string& html) {
      write(folder / (language + "_" + name + ".html"), html, pages.style_path());
    };
    save("first", *pages.first(language));
    save("check", *pages.check(language));
    save("tell", pages.tell(language, token));
    save("tell_again", pages.tell_again(language, token, visit, typed, "problem.option", "q_who"));
    save("sent", pages.sent(language, code, visit));
    save("answers", pages.answers_form(language, visit));
    save("answers_on", pages.answers_form_on(language, visit));
    save("answers_again", pages.answers_form_again(language, visit, "K7QX-2M9P-4RTW-8ZHD", "problem.code_check"));
    save("found", pages.answers_found(language, {code, token, visit, answers, nullptr, {}}));
    save("found_none", pages.answers_found(language, {code, token, visit, std::span<const crypto::JoinedAnswer>(), nullptr, {}}));
    save("found_again", pages.answers_found(language, {code, token, visit, answers, &typed, "problem.desk_missing"}));
    save("message_sent", pages.message_sent(language, visit));
    save("consents_kept", pages.consents_kept(language, visit));
    save("delete_asked", pages.delete_asked(language, visit));
    for (const int status : {404, 405, 413, 503, 500}) save("error_" + std::to_string(status), *pages.error(language, status));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "use: pages_preview FOLDER [LANGUAGE.mo …]\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  intake::PageSettings settings;
  settings.desk_name = "Sample Desk";
  settings.emergency.phone = LocalText("911");
  settings.emergency.hotlines = {{LocalText("Child helpline"), "0-800-555-0100", {}}, {LocalText("Women's line"), "+501 555 0101", {}}};
  settings.retention = LocalText("We delete what you sent two years after we last wrote to you.");
  for (int i = 2; i < argc; ++i) {
    const std::filesystem::path path = argv[i];
    settings.languages.available.push_back(path.stem().string());
    settings.catalogues.push_back({path.stem().string(), read(path)});
  }
  settings.demo = true;
  write_pages(folder, settings);

  settings.demo = false;
  intake::OfferedDesk ministry{{}, "Ministry", LocalText("Ministry desk"), LocalText("Case workers of the ministry. They can find you a room.")};
  ministry.id.bytes.fill(hotline::Byte{1});
  intake::OfferedDesk shelter{{}, "Shelter", LocalText("Women's shelter"), LocalText("Nurses and lawyers. They do not work for the state.")};
  shelter.id.bytes.fill(hotline::Byte{2});
  settings.desks = {ministry, shelter};
  write_pages(folder / "two", settings);
  return 0;
}
