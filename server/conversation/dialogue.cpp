#include "server/conversation/dialogue.hpp"

#include <array>

namespace hotline::conversation {

namespace {

Step ask(State state, Question question, std::vector<Say> say) {
  state.open = question;
  return {state, std::move(say)};
}

Step begin(State state) {
  state.begun = true;
  state.finished = false;
  return state.language ? ask(state, Question::safe, {Say::safe}) : ask(state, Question::language, {Say::language});
}

Step tell_code(State state, Question question) {
  state.code_told = true;
  return ask(state, question, {Say::code});
}

Step not_safe(State state) { return ask(state, Question::none, {Say::not_safe}); }

/// The question that is open, once more.
Step again(State state) {
  switch (state.open) {
    case Question::none: return begin(state);
    case Question::language: return {state, {Say::language}};
    case Question::safe: return {state, {Say::safe}};
    case Question::child: return {state, {Say::must_tell, Say::child}};
    case Question::leave: return {state, {Say::leave}};
    case Question::where: return {state, {Say::where}};
    case Question::place: return {state, {Say::danger}};
  }
  return {state, {}};
}

Step without_question(State state, const Utterance& said) {
  if (state.finished) return {state, {}};
  // Who says at once that texts are not safe gets none. After that a mere "ok" is not answered, but who writes again is asked again.
  const bool begun = state.begun || state.not_safe;
  state.begun = true;
  return said.unsafe || (begun && (said.thanks || said.refuses)) ? Step{state, {}} : begin(state);
}

bool is_language(const Utterance& said, const Wording& wording) {
  return said.digit >= 1 && static_cast<std::size_t>(said.digit) <= wording.languages();
}

/// Whether it is a no to the question that is open, and that question is one whose no means that texts are not safe.
bool says_no(const State& state, const Utterance& said, const Wording& wording) {
  switch (state.open) {
    case Question::language: return said.refuses && !is_language(said, wording);
    case Question::safe: return said.refuses;
    // "No, he is coming", but not "2 North Street".
    case Question::place: return said.keyword == sms::Keyword::no || (said.refuses && said.digit == 0);
    default: return state.safe_waits && said.refuses;
  }
}

Step language_told(State state, const Utterance& said, const Wording& wording) {
  if (is_language(said, wording)) {
    state.language = static_cast<std::size_t>(said.digit) - 1;
  } else if (!state.language) {
    state.language = wording.fallback();
  }
  return ask(state, Question::safe, {Say::safe});
}

Step safety_told(State state, const Utterance& said) {
  const bool skips = said.keyword == sms::Keyword::skip && !state.not_safe;
  if (said.agrees || skips) return ask(state, Question::child, {Say::must_tell, Say::child});
  return state.code_told || state.not_safe ? Step{state, {}} : tell_code(state, Question::safe);
}

}  // namespace

std::string_view name_of(Question question) noexcept {
  constexpr std::array<std::string_view, 7> names{"", "language", "safe", "child", "leave", "where", "place"};
  return names[static_cast<std::size_t>(question)];
}

bool says_not_safe(const State& state, const Utterance& said, const Wording& wording) { return said.unsafe || says_no(state, said, wording); }

bool lifts_not_safe(const State& state, const Utterance& said, const Wording& wording) {
  return said.agrees && state.open == Question::safe && !says_not_safe(state, said, wording);
}

State with_safety(State state, const Utterance& said, const Wording& wording) {
  if (says_not_safe(state, said, wording)) {
    state.not_safe = true;
  } else if (lifts_not_safe(state, said, wording)) {
    state.not_safe = false;
  } else if (!said.agrees) {
    return state;
  }
  state.safe_waits = false;
  return state;
}

Step next(State state, const Utterance& said, const Wording& wording) {
  state = with_safety(state, said, wording);
  if (wording.languages() == 1) state.language = 0;
  // "1" alone is no word of a language, and where it is chosen the number counts.
  if (!state.language) state.language = said.language;
  if (said.danger) {
    state.begun = true;
    return ask(state, state.by_hand ? Question::none : Question::place, {Say::danger});
  }
  if (state.by_hand) return {state, {}};
  if (said.keyword == sms::Keyword::start) return begin(state);
  if (said.keyword == sms::Keyword::help) return again(state);
  if (state.open != Question::none && says_not_safe(state, said, wording)) return not_safe(state);
  switch (state.open) {
    case Question::none: return without_question(state, said);
    case Question::language: return language_told(state, said, wording);
    case Question::safe: return safety_told(state, said);
    case Question::child: return ask(state, Question::leave, {Say::leave});
    case Question::leave: return ask(state, Question::where, {Say::where});
    case Question::place:
    case Question::where: state.finished = true; return tell_code(state, Question::none);
  }
  return {state, {}};
}

}  // namespace hotline::conversation
