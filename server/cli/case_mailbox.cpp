#include "server/cli/case_mailbox.hpp"

#include "crypto/encoding.hpp"

#include <algorithm>

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

std::uint32_t first_free_tag(const Thread& thread) {
  std::int64_t next = 0;
  for (const OpenedEvent& event : thread.events) {
    const json::value* body = event.content.if_contains("body");
    if (!event.problem.empty() || body == nullptr || !body->is_object()) continue;
    const json::value* end = body->get_object().if_contains("tags_end");
    if (end != nullptr && end->is_int64()) next = std::max(next, end->get_int64());
  }
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(next, 0, ReporterMailbox::tags_max));
}

}  // namespace hotline::cli
