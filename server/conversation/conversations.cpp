#include "server/conversation/conversations.hpp"

#include "crypto/hash.hpp"
#include "crypto/random.hpp"

#include <algorithm>
#include <array>

namespace hotline::conversation {

namespace {

constexpr std::int64_t day_seconds = 24 * 3600;
/// Of a day's texts, kept for answers to danger.
constexpr std::size_t texts_for_danger = 2;
constexpr std::size_t not_safe_max = 100'000;

/// Digits of a number in international form, with or without a channel in front; not a name, not a short code.
bool is_phone(std::string_view number) {
  for (const std::string_view channel : {"whatsapp:", "rcs:"}) {
    if (number.starts_with(channel)) number.remove_prefix(channel.size());
  }
  return number.size() >= 8 && number.size() <= 16 && number.front() == '+' &&
         std::all_of(number.begin() + 1, number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool has_flag(const sms::Message& message, std::string_view flag) { return std::ranges::find(message.flags, flag) != message.flags.end(); }

bool is_ours(const sms::Message& message) { return message.from.reveal_text() == message.to.reveal_text(); }

/// Whether a text of a phone may be answered by itself.
bool may_be_answered(const sms::Message& message) {
  constexpr std::array<std::string_view, 5> never{"opt-out", "late", "unreadable", "cut", "repeated-field"};
  return !is_ours(message) && std::ranges::none_of(never, [&](std::string_view flag) { return has_flag(message, flag); });
}

/// What a text may tell of whether texts are safe. No is believed where yes is not: from one that comes late, or that has two readings.
Utterance on_safety(Utterance said, const sms::Message& message) {
  if (!may_be_answered(message)) said.agrees = false;
  if (!message.part || message.part->number == 1) return said;
  said.agrees = said.refuses = false;   // its first word is not the text's
  said.keyword = sms::Keyword::none;
  return said;
}

/// After a text that is not answered: what stands behind the safe question is not waited for once texts are not safe.
State unanswered(State state) {
  const bool behind = state.open == Question::child || state.open == Question::leave || state.open == Question::where;
  if (state.not_safe && behind) state.open = Question::none;
  return state;
}

/// Of a conversation that begins again.
State anew(const State& before) {
  State state;
  state.not_safe = before.not_safe;
  return state;
}

/// After STOP it begins again with START; but where a caseworker writes, START is for them.
State stopped(const State& before) {
  State state = anew(before);
  state.by_hand = before.by_hand;
  state.safe_waits = before.safe_waits;
  return state;
}

/// Where nobody asks whether texts are safe, START is how a phone becomes safe again.
bool starts_again(const sms::Message& message) {
  return may_be_answered(message) && sms::asks_for_texts(message);
}

}  // namespace

Conversations::Conversations(Wording wording, const Limits& limits)
    : wording_(std::move(wording)), limits_(limits), secret_(crypto::random_secret<32>()), not_safe_(not_safe_max) {}

Conversations::Key Conversations::key_of(std::string_view gateway, std::string_view number) const {
  static constexpr Byte separator = 0;
  return crypto::keyed_blake2b(secret_.reveal(), {as_bytes(gateway), Bytes(&separator, 1), as_bytes(number)});
}

Conversations::Mark Conversations::mark_of(Bytes bytes) const {
  const auto hash = crypto::keyed_blake2b(secret_.reveal(), {as_bytes("words"), bytes});
  Mark mark;
  std::copy_n(hash.begin(), mark.size(), mark.begin());
  return mark;
}

std::string Conversations::code_of(const Key& key, std::size_t language) const {
  const auto hash = crypto::keyed_blake2b(secret_.reveal(), {as_bytes("code"), key});
  return wording_.code(language, {hash[0], hash[1], hash[2], hash[3]});
}

Conversations::Entry Conversations::current(const Key& key, std::int64_t now) const {
  Entry entry;
  entry.key = key;
  entry.day_began = now;
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) {
    entry.state.not_safe = not_safe_.holds(key);
    return entry;
  }
  entry = *found->second;
  if (now - entry.day_began >= day_seconds) {
    entry.day_began = now;
    entry.texts_in_day = 0;
  }
  if (now - entry.last_at >= std::chrono::duration_cast<std::chrono::seconds>(limits_.conversation_silence).count()) {
    entry.state = anew(entry.state);
    entry.same_words = 0;
    entry.last_words = {};
  }
  return entry;
}

Conversations::Plan Conversations::plan(const Key& key, AutomaticTexts mode, const sms::Message& message, std::int64_t now) const {
  Plan plan{current(key, now), {}};
  Entry& entry = plan.after;
  entry.last_at = now;
  if (is_ours(message)) return plan;
  // Before all that ends early: what is not answered may still say that texts are not safe.
  const State before = entry.state;
  const Utterance said = on_safety(understand(message.text.reveal_text(), wording_), message);
  entry.state = unanswered(with_safety(before, said, wording_));
  plan.not_safe = says_not_safe(before, said, wording_);
  plan.safe_again = lifts_not_safe(before, said, wording_);
  if (sms::asks_for_silence(message)) {
    entry.state = stopped(entry.state);
    return plan;
  }
  if (!may_be_answered(message)) return plan;

  plan.danger = said.danger && mode == AutomaticTexts::guided;
  if (message.part && message.part->number != 1 && !plan.danger) return plan;
  if (message.part && plan.danger) {
    const Mark reference = mark_of(message.part->reference.reveal());
    if (reference == entry.danger_reference) return plan;
    entry.danger_reference = reference;
  }
  if (said.keyword == sms::Keyword::none) {
    const Mark words = mark_of(message.text.reveal());
    entry.same_words = words == entry.last_words ? entry.same_words + 1 : 0;
    entry.last_words = words;
    // Who is in danger may well say so twice; a machine says it for ever.
    if (entry.same_words > (plan.danger ? 1 : 0)) return plan;
  }

  Step step;
  bool start = false;
  if (mode == AutomaticTexts::guided) {
    step = next(before, said, wording_);
  } else {
    step.state = entry.state;
    if (!step.state.language) step.state.language = said.language;
    start = starts_again(message);
    if (start) step.state.not_safe = false;
    if (!step.state.begun && !step.state.by_hand && !step.state.not_safe) step.say = {Say::neutral};
    step.state.begun = true;
  }
  const std::size_t all = limits_.conversation_texts_max;
  const std::size_t most = plan.danger || all <= texts_for_danger + 1 ? all : all - texts_for_danger;
  if (entry.texts_in_day + step.say.size() > most) return plan;   // what was not asked is not waited for
  entry.texts_in_day += step.say.size();
  entry.state = step.state;
  plan.safe_again = plan.safe_again || start;
  plan.say = std::move(step.say);
  return plan;
}

sms::Asked Conversations::asked(std::string_view gateway, AutomaticTexts mode, const sms::Message& message, std::int64_t now) const {
  sms::Asked asked;
  if (!is_phone(message.from.reveal_text())) return asked;
  if (mode == AutomaticTexts::none) {
    asked.safe_again = starts_again(message);   // not-safe may stand from when texts were answered
    return asked;
  }
  const Key key = key_of(gateway, message.from.reveal_text());
  const std::lock_guard lock(mutex_);
  const Entry before = current(key, now);
  const Plan after = plan(key, mode, message, now);
  const State& state = after.after.state;
  asked.not_safe = state.not_safe;
  asked.safe_again = after.safe_again;
  if (mode != AutomaticTexts::guided || !may_be_answered(message)) return asked;
  asked.question = name_of(before.state.open);
  if (state.language) asked.language = wording_.tag(*state.language);
  if (state.code_told) asked.code = code_of(key, state.language.value_or(wording_.fallback()));
  return asked;
}

Answer Conversations::heard(std::string_view gateway, AutomaticTexts mode, const sms::Message& message, std::int64_t now) {
  Answer answer;
  if (mode == AutomaticTexts::none || !is_phone(message.from.reveal_text())) return answer;
  const Key key = key_of(gateway, message.from.reveal_text());
  const std::lock_guard lock(mutex_);
  Plan planned = plan(key, mode, message, now);
  const std::optional<std::size_t> language = planned.after.state.language;
  for (const Say what : planned.say) {
    answer.texts.push_back(wording_.text(what, language, what == Say::code ? code_of(key, language.value_or(wording_.fallback())) : ""));
  }
  answer.urgent = planned.danger;
  answer.not_safe = planned.not_safe;
  keep(std::move(planned.after), now);
  return answer;
}

bool Conversations::overheard(std::string_view gateway, AutomaticTexts mode, const sms::Message& message, std::int64_t now) {
  if (mode == AutomaticTexts::none || !is_phone(message.from.reveal_text()) || is_ours(message)) return false;
  const Key key = key_of(gateway, message.from.reveal_text());
  const Utterance said = on_safety(understand(message.text.reveal_text(), wording_), message);
  const std::lock_guard lock(mutex_);
  Entry entry = current(key, now);
  entry.last_at = now;
  const bool not_safe = says_not_safe(entry.state, said, wording_);
  entry.state = unanswered(with_safety(entry.state, said, wording_));
  keep(std::move(entry), now);
  return not_safe;
}

void Conversations::by_hand(std::string_view gateway, std::string_view number, std::int64_t now) {
  const Key key = key_of(gateway, number);
  const std::lock_guard lock(mutex_);
  Entry entry = current(key, now);
  entry.last_at = now;
  entry.state.begun = true;
  entry.state.by_hand = true;
  entry.state.safe_waits = entry.state.safe_waits || entry.state.open == Question::safe;
  entry.state.open = Question::none;
  keep(std::move(entry), now);
}

void Conversations::keep(Entry entry, std::int64_t now) {
  if (const auto found = by_key_.find(entry.key); found != by_key_.end()) {
    entries_.erase(found->second);
    by_key_.erase(found);
  }
  const Key key = entry.key;
  if (entry.state.not_safe) {
    not_safe_.add(key);
  } else {
    not_safe_.remove(key);
  }
  entries_.push_front(std::move(entry));
  by_key_.emplace(key, entries_.begin());
  const auto silence = std::chrono::duration_cast<std::chrono::seconds>(limits_.conversation_silence).count();
  const auto is_over = [&](const Entry& one) { return now - one.last_at >= std::max(silence, day_seconds); };
  while (entries_.size() > limits_.conversations_max || is_over(entries_.back())) {
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

std::size_t Conversations::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace hotline::conversation
