#pragma once

#include "server/intake/pages.hpp"

#include "tests/support/markup.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::intake {

using crypto::SecretBuffer;
using tests::Markup;
using tests::Tag;

inline constexpr std::string_view code = "K7QX-2M9P-4RTW-8ZHC";
inline constexpr std::string_view token = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";
inline constexpr std::string_view visit = "m7xI0VniQq83vEjRWeJA-_";

inline PageSettings settings_of_a_desk() {
  PageSettings settings;
  settings.desk_name = "Sample & Desk";
  settings.emergency.phone = LocalText("911");
  settings.emergency.hotlines = {{LocalText("Child \"line\""), "+501 555-0100", {}}};
  settings.exit_url = "https://weather.example.org/today?x=1";
  return settings;
}

/// Ids: as many 1s and 2s as there are.
inline OfferedDesk offered_desk(Byte digit, std::string name) {
  OfferedDesk desk;
  desk.id.bytes.fill(static_cast<Byte>(digit * 0x11));
  desk.name = name;
  desk.shown = LocalText(name + " <desk>");
  desk.about = LocalText("Nurses & lawyers.");
  return desk;
}

inline PageSettings settings_of_two_desks() {
  PageSettings settings = settings_of_a_desk();
  settings.desks = {offered_desk(1, "Ministry"), offered_desk(2, "Shelter")};
  return settings;
}

inline const Questionnaire& questionnaire() {
  static const Questionnaire built_in = Questionnaire::built_in();
  return built_in;
}

inline const Pages& pages() {
  static const Pages all = Pages::create(settings_of_a_desk(), questionnaire()).value();
  return all;
}

inline const Pages& pages_of_two_desks() {
  static const Pages all = Pages::create(settings_of_two_desks(), questionnaire()).value();
  return all;
}

inline Answers typed_of(std::initializer_list<std::pair<std::string_view, std::string_view>> given) {
  Answers answers;
  for (const auto& [key, value] : given) answers.emplace_back(key, SecretBuffer(value));
  return answers;
}

inline std::vector<crypto::JoinedAnswer> replies_of(std::initializer_list<std::string_view> texts) {
  std::vector<crypto::JoinedAnswer> replies;
  for (const auto text : texts) replies.push_back({SecretBuffer(text), {}, false});
  return replies;
}

inline std::string found_page(const Pages& from, std::string_view language, const std::vector<crypto::JoinedAnswer>& replies) {
  return from.answers_found(language, {code, token, visit, replies, nullptr, {}});
}

/// A page without what lies ready for the script: `<template>` elements are shown to nobody as they are.
inline std::string without_templates(std::string html) {
  for (std::size_t at = html.find("<template"); at != std::string::npos; at = html.find("<template", at)) {
    html.erase(at, html.find("</template>", at) + 11 - at);
  }
  return html;
}

/// name=value of every field that is ticked.
inline std::vector<std::string> ticked(const Markup& markup) {
  std::vector<std::string> found;
  for (const Tag& tag : markup.named("input")) {
    if (tag.has("checked")) found.push_back(tag.get("name") + "=" + tag.get("value"));
  }
  return found;
}

}  // namespace hotline::intake
