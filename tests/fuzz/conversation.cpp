// A person's texts, one a line: whatever they say, a conversation stays within its bounds, asks nothing after "not safe", and tells what must
// be told before it asks about children.
#include "server/conversation/conversations.hpp"
#include "server/sms/segments.hpp"
#include "tests/fuzz/check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace hotline;
using namespace hotline::conversation;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Wording wording{web::Catalogues(), LanguageSettings(), EmergencySettings()};
  Limits limits;
  Conversations talks(wording, limits);
  State state;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::int64_t now = 1'700'000'000;
  std::size_t sent = 0;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view text = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));

    const Utterance said = understand(text, wording);
    FUZZ_CHECK(said.digit >= 0 && said.digit <= 9);
    const Step step = next(state, said, wording);
    FUZZ_CHECK(step.say.size() <= 2);
    const bool is_child = std::ranges::find(step.say, Say::child) != step.say.end();
    FUZZ_CHECK(!is_child || step.say.front() == Say::must_tell);
    FUZZ_CHECK(!said.danger || (step.say.size() == 1 && step.say.front() == Say::danger));
    if (std::ranges::find(step.say, Say::not_safe) != step.say.end()) FUZZ_CHECK(step.say.size() == 1 && step.state.open == Question::none);
    // Nobody is asked anything before they were asked whether it is safe.
    FUZZ_CHECK(step.state.open == Question::none || step.state.begun);
    if (is_child) FUZZ_CHECK(!step.state.not_safe && (state.open == Question::safe || state.open == Question::child));
    state = step.state;

    sms::Message message;
    message.from = crypto::SecretBuffer(std::string_view("+5016220001"));
    message.text = crypto::SecretBuffer(text);
    const Answer answer = talks.heard("main", AutomaticTexts::guided, message, ++now);
    sent += answer.texts.size();
    for (const std::string& one : answer.texts) FUZZ_CHECK(sms::segments_of(one) == 1);
  }
  FUZZ_CHECK(sent <= limits.conversation_texts_max && talks.size() <= 1);
  return 0;
}
