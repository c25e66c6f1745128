#include "server/cli/case_text.hpp"

#include "config/clock.hpp"
#include "crypto/random.hpp"
#include "server/cli/case_record.hpp"
#include "server/sms/segments.hpp"

#include <algorithm>
#include <array>

namespace hotline::cli {

namespace {

namespace json = boost::json;
using storage::TextReason;
using storage::TextState;

constexpr std::size_t segments_max = 10;

bool has_flag(const json::object& content, std::string_view flag) {
  const json::value* flags = content.if_contains("flags");
  return flags != nullptr && flags->is_array() && std::ranges::any_of(flags->get_array(), [&](const json::value& one) {
           return one.is_string() && std::string_view(one.get_string()) == flag;
         });
}

/// START, unless it came late or has two readings: then it may be older than the STOP before it. As sms::asks_for_texts.
bool asks_for_texts(const json::object& content) {
  constexpr std::array<std::string_view, 5> in_doubt{"opt-out", "late", "unreadable", "cut", "repeated-field"};
  return has_flag(content, "opt-in") && std::ranges::none_of(in_doubt, [&](std::string_view flag) { return has_flag(content, flag); });
}

std::string reason_in_words(const storage::TextRow& row) {
  const std::string code = row.code.empty() ? "" : " (code " + row.code + ")";
  switch (row.reason) {
    case TextReason::opted_out: return "the person asked for no more texts" + code;
    case TextReason::bad_number: return "this number takes no texts" + code;
    case TextReason::account: return "the gateway does not accept the hotline's account; tell who runs the server" + code;
    case TextReason::content: return "the gateway does not take what is written" + code;
    case TextReason::undelivered: return "the gateway took it, but it did not reach the phone" + code;
    case TextReason::other: return "the gateway did not say why in words we know" + code;
    case TextReason::restarted: return "the server ended first; send it again if it still holds";
    case TextReason::perhaps_sent: return code;   // told by text_state_in_words()
    case TextReason::expired: return "the gateway took nothing for too long; send it again if it still holds";
    case TextReason::cancelled: return "taken back";
    case TextReason::no_gateway: return "the settings have no such gateway any more";
    case TextReason::became_unsafe: return "the person said meanwhile that it is not safe to get texts";
    case TextReason::none: break;
  }
  return code;
}

}  // namespace

std::optional<PhoneBack> phone_of(const Thread& thread) {
  std::optional<PhoneBack> phone;
  bool silenced = false;
  bool not_safe = false;
  for (const OpenedReport& report : thread.reports) {
    const json::value* sms = report.row.channel == storage::Channel::sms ? report.content.if_contains("sms") : nullptr;
    if (sms == nullptr || !sms->is_object()) continue;
    if (has_flag(report.content, "opt-out")) silenced = true;
    if (asks_for_texts(report.content)) silenced = false;
    // What was said of it stands until the person takes it back: a server that was started anew does not know of it any more. START alone does
    // not: it asks for texts, and is answered with the question whether they are safe.
    if (has_flag(report.content, "safe-again")) not_safe = false;
    if (has_flag(report.content, "not-safe")) not_safe = true;
    PhoneBack found{.gateway = string_of(sms->get_object(), "gateway"),
                    .number = string_of(sms->get_object(), "from"),
                    .our_number = string_of(sms->get_object(), "to"),
                    .silenced = silenced,
                    .not_safe = not_safe};
    if (!found.number.empty()) phone = std::move(found);
  }
  return phone;
}

Outcome<void> reply_by_text(Connection& connection, const Casebook& book, const Thread& file, const Thread& to, const PhoneBack& phone, std::string_view text,
                            const TextOptions& options) {
  if (text.empty()) return Problem{"the answer is empty"};
  if (sms::segments_of(text) > segments_max) {
    return Problem{"the answer is too long: at most ten texts, which hold 1,530 plain characters, or 670 with accents such as á; write less, or write twice"};
  }
  if (phone.silenced && !options.after_stop) {
    return Problem{"this person asked for no more texts (STOP); if they have asked you to write all the same: --after-stop"};
  }
  if (phone.not_safe && !options.at_any_hour) {
    return Problem{"this person said that it is not safe to get texts now; wait until they write, or if you know better: --at-any-hour"};
  }
  const auto ways = connection.client.text_gateways();
  if (!ways) return ways.error();
  if (std::ranges::find(*ways, phone.gateway) == ways->end()) {
    return Problem{"no texts leave by the gateway " + phone.gateway + " here: use --server with the running server, which needs a section [sms." +
                   phone.gateway + ".send]"};
  }
  const SystemClock clock;
  const auto key = case_of(connection, book, file, clock.now());
  if (!key) return key.error();
  TextId id;
  crypto::random_bytes(id.bytes);
  // First the record, then the text: what has left without a record would be worse than a record that says "not sent".
  const auto body = [&](crypto::SecretJson& written) {
    written.string("text", text).string("report", to.id()).number("seen", std::max(file.reports.back().row.number, to.reports.back().row.number));
    written.key("sms").begin_object().string("id", to_text(id)).string("gateway", phone.gateway).end_object();
  };
  const auto recorded = record_done(connection, book, file, *key, {"reply", body}, clock.now());
  if (!recorded) return Problem{"nothing was sent: " + recorded.error().line};
  const auto ordered = connection.client.order_text(key->id, {.id = id, .gateway = phone.gateway, .to = phone.number, .from = phone.our_number,
                                                              .text = text, .at_any_hour = options.at_any_hour});
  if (!ordered) return Problem{"written into the case, but not sent: " + ordered.error().line};
  return {};
}

Outcome<std::vector<storage::TextRow>> texts_of(Connection& connection, const Thread& thread) {
  std::vector<storage::TextRow> all;
  if (!phone_of(thread)) return all;
  for (const CaseId& id : thread.cases) {
    auto texts = connection.client.texts(id);
    if (!texts) return texts.error();
    all.insert(all.end(), std::make_move_iterator(texts->begin()), std::make_move_iterator(texts->end()));
  }
  return all;
}

std::string text_state_in_words(const storage::TextRow& row) {
  switch (row.state) {
    case TextState::waiting: return "waiting to leave by " + row.gateway + "; if it stays so, its hours are closed or it does not answer";
    case TextState::sent: return "sent: " + row.gateway + " has it";
    case TextState::delivered: return "delivered to the phone";
    case TextState::refused: return "refused: " + reason_in_words(row);
    case TextState::not_sent: break;
  }
  if (row.reason == TextReason::perhaps_sent) {
    return "not known whether it was sent" + reason_in_words(row) + ": it may have arrived; ask the person before you send it again";
  }
  return "not sent: " + reason_in_words(row);
}

}  // namespace hotline::cli
