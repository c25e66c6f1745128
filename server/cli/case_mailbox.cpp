#include "server/cli/case_mailbox.hpp"

#include "crypto/encoding.hpp"

#include <algorithm>
#include <cstdint>

namespace hotline::cli {

namespace json = boost::json;

Outcome<ReporterMailbox> ReporterMailbox::of(const Thread& thread) {
  for (const OpenedReport& report : thread.reports) {
    const json::value* mailbox = report.content.if_contains("mailbox");
    if (mailbox == nullptr || !mailbox->is_object()) continue;
    auto key = crypto::secret_from_base64(string_of(mailbox->get_object(), "key"), crypto::Base64::url_unpadded);
    auto recipient = crypto::age::Recipient::parse(string_of(mailbox->get_object(), "recipient"));
    if (key && key->size() == 32 && recipient) return ReporterMailbox{std::move(*key), std::move(*recipient)};
  }
  const bool by_sms = std::ranges::any_of(thread.reports, [](const auto& report) { return report.row.channel == storage::Channel::sms; });
  if (by_sms) return Problem{"this came by SMS without a number to answer to"};
  return Problem{"the reporter left no way back: there is no mailbox in the report"};
}

Outcome<std::uint32_t> ReporterMailbox::put(ConsoleClient& client, const std::vector<ByteVector>& parts, std::uint32_t tag) const {
  for (std::size_t done = 0; done < parts.size();) {
    if (tag >= tags_max) return Problem{"this mailbox is full"};
    const auto stored = client.put_answer({crypto::mailbox_tag(key.reveal(), tag++), parts[done]});
    if (!stored) return Problem{"the answer was not stored" + std::string(done > 0 ? " whole; send it again" : "") + ": " + stored.error().line};
    if (*stored) ++done;   // else a colleague answered at the same time and took this tag
  }
  return tag;
}

namespace {

/// Ids of the reports by which an event says whom it answers; none: it does not say.
std::vector<std::string> answered_by(const json::object& body) {
  std::vector<std::string> ids;
  if (std::string report = string_of(body, "report"); !report.empty()) ids.push_back(std::move(report));
  const json::value* answers = body.if_contains("answers");
  if (answers == nullptr || !answers->is_array()) return ids;
  for (const json::value& answer : answers->get_array()) {
    if (answer.is_object()) ids.push_back(string_of(answer.get_object(), "report"));
  }
  return ids;
}

/// What does not say whom it went to went to the only one there was.
bool went_to(const json::object& body, const Thread& file, const Thread& to) {
  const auto is_theirs = [&](const std::string& id) {
    return std::ranges::any_of(to.reports, [&](const OpenedReport& report) { return to_text(report.row.id) == id; });
  };
  const auto ids = answered_by(body);
  if (!ids.empty()) return std::ranges::all_of(ids, is_theirs);
  return &file == &to && std::ranges::all_of(file.linked, is_theirs);
}

}  // namespace

std::uint32_t first_free_tag(const Thread& file, const Thread& to, std::int64_t day) {
  std::int64_t next = 0;
  std::int64_t day_of_last = 0;
  for (const OpenedEvent& event : file.events) {
    const json::value* body = event.content.if_contains("body");
    if (!event.counts() || body == nullptr || !body->is_object() || !went_to(body->get_object(), file, to)) continue;
    const json::value* end = body->get_object().if_contains("tags_end");
    if (end == nullptr || !end->is_int64() || end->get_int64() <= 0) continue;
    next = end->get_int64();
    const json::value* time = event.content.if_contains("time");
    day_of_last = time != nullptr && time->is_int64() ? time->get_int64() / 86400 : 0;
  }
  // Readers put answers in the order of their days. Two of the same day are told apart by their tags.
  const std::uint32_t end = day_of_last == day ? ReporterMailbox::tags_max : ReporterMailbox::tags_always_read;
  return next < end ? static_cast<std::uint32_t>(next) : 0;
}

}  // namespace hotline::cli
