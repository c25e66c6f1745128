#pragma once

#include "server/conversation/utterance.hpp"
#include "server/conversation/wording.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace hotline::conversation {

/// What the server waits to be told.
enum class Question { none, language, safe, child, leave, where, place };
/// As in docs/formats.md; empty for `none`.
std::string_view name_of(Question question) noexcept;

/// Where a conversation stands. Holds no word of it.
struct State {
  Question open = Question::none;
  std::optional<std::size_t> language;
  bool begun = false;
  bool finished = false;      ///< all was asked
  bool code_told = false;
  bool by_hand = false;       ///< a caseworker writes: nothing is asked any more
  bool safe_waits = false;    ///< `safe` had no answer yet when the caseworker began: a no may still be meant for it, and a yes for what they ask
  bool not_safe = false;      ///< they said that texts are not safe, and have not said yes to `safe` since
};

struct Step {
  State state;
  std::vector<Say> say;       ///< in this order; empty: nothing
};

/// Whether a text says that texts are not safe.
bool says_not_safe(const State& state, const Utterance& said, const Wording& wording);
/// Whether a text lifts not-safe: it says yes to `safe`, and nothing against it.
bool lifts_not_safe(const State& state, const Utterance& said, const Wording& wording);
/// What a text tells of whether texts are safe, whatever else becomes of it.
State with_safety(State state, const Utterance& said, const Wording& wording);

/// What a text leads to. Questions come one by one: language unless the words tell it, safe, child, leave, where. Whatever is no answer
/// goes on to the next one, but `safe`, which only yes or skip opens: other words are taken as the report, and nothing is asked. Once texts are
/// not safe, that question and what danger leads to are all that is said, until it is answered with yes.
/// No I/O; any thread.
Step next(State state, const Utterance& said, const Wording& wording);

}  // namespace hotline::conversation
