// Writes every page as a file, to be looked at: pages_preview FOLDER

#include "server/intake/pages.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>

namespace {

using hotline::crypto::SecretBuffer;
namespace intake = hotline::intake;

void write(const std::filesystem::path& path, std::string html, const std::string& style_path) {
  const std::size_t at = html.find(style_path);
  if (at != std::string::npos) html.replace(at, style_path.size(), "style.css");
  std::ofstream(path) << html;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "use: pages_preview FOLDER\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  std::filesystem::create_directories(folder);
  const intake::Questionnaire questionnaire = intake::Questionnaire::built_in();
  intake::PageSettings settings;
  settings.desk_name = "Sample Desk";
  settings.emergency.phone = LocalText("911");
  settings.emergency.hotlines = {{LocalText("Child helpline"), "0-800-555-0100", {}}, {LocalText("Women's line"), "+501 555 0101", {}}};
  settings.demo = true;
  const intake::Pages pages = intake::Pages::create(settings, questionnaire).value();
  write(folder / "style.css", *pages.style(), "none");

  intake::Answers typed;
  typed.emplace_back("q_safe_now", SecretBuffer(std::string_view("no")));
  typed.emplace_back("q_share", SecretBuffer(std::string_view("iom")));
  typed.emplace_back("q_story", SecretBuffer(std::string_view("They keep my <papers> & \"phone\".\nPlease help.")));
  std::vector<SecretBuffer> replies;
  replies.emplace_back(std::string_view("Thank you for writing. We believe you.\nAre you able to go to the market on Saturday?"));
  replies.emplace_back(std::string_view("A nurse can see you. No papers are needed."));
  const std::string_view code = "K7QX-2M9P-4RTW-8ZHC";
  for (const std::string language : {"en", "es"}) {
    const auto save = [&](const std::string& name, const std::string& html) {
      write(folder / (language + "_" + name + ".html"), html, pages.style_path());
    };
    save("first", *pages.first(language));
    save("check", *pages.check(language));
    save("tell", pages.tell(language, "dG9rZW4"));
    save("tell_again", pages.tell_again(language, "dG9rZW4", typed, "problem.too_large"));
    save("sent", pages.sent(language, code));
    save("answers", *pages.answers_form(language));
    save("answers_again", pages.answers_form_again(language, "K7QX-2M9P-4RTW-8ZHD", "problem.code_check"));
    save("found", pages.answers_found(language, code, replies));
    save("found_none", pages.answers_found(language, code, {}));
    save("message_sent", *pages.message_sent(language));
    save("delete_asked", *pages.delete_asked(language));
    save("error_413", *pages.error(language, 413));
    save("error_500", *pages.error(language, 500));
  }
  return 0;
}
