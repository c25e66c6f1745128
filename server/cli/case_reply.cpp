#include "server/cli/case_reply.hpp"

#include "config/clock.hpp"
#include "crypto/age.hpp"
#include "crypto/answer_format.hpp"
#include "crypto/encoding.hpp"
#include "crypto/mailbox.hpp"
#include "crypto/padding.hpp"
#include "crypto/random.hpp"
#include "crypto/secret_json.hpp"
#include "server/cli/trust.hpp"

#include <algorithm>

namespace hotline::cli {
namespace {

namespace json = boost::json;

constexpr std::uint32_t tags_max = crypto::answer_window * crypto::answer_windows_max;

struct Mailbox {
  crypto::SecretBuffer key;
  crypto::age::Recipient recipient;
};

Outcome<Mailbox> mailbox_of(const Thread& thread) {
  for (const OpenedReport& report : thread.reports) {
    const json::value* mailbox = report.content.if_contains("mailbox");
    if (mailbox == nullptr || !mailbox->is_object()) continue;
    auto key = crypto::secret_from_base64(string_of(mailbox->get_object(), "key"), crypto::Base64::url_unpadded);
    auto recipient = crypto::age::Recipient::parse(string_of(mailbox->get_object(), "recipient"));
    if (key && key->size() == 32 && recipient) return Mailbox{std::move(*key), std::move(*recipient)};
  }
  const bool by_sms = std::ranges::any_of(thread.reports, [](const auto& report) { return report.row.channel == storage::Channel::sms; });
  if (by_sms) return Problem{"this came by SMS, and this version cannot send SMS: answer from your gateway's own console"};
  return Problem{"the reporter left no way back: there is no mailbox in the report"};
}

/// An event of docs/formats.md, signed by its author and sealed to the case.
Outcome<storage::Event> make_event(const MemberKeys& member, CaseId case_id, const crypto::age::Recipient& recipient,
                                   std::string_view kind, const std::function<void(crypto::SecretJson&)>& body, std::int64_t now) {
  const auto id = crypto::random_id<EventId>();
  crypto::SecretJson inner;
  inner.begin_object().number("v", 1).string("type", "event").string("id", to_text(id)).string("case", to_text(case_id));
  inner.string("author", to_text(member.member.id)).string("kind", kind).number("time", now).key("body").begin_object();
  body(inner);
  inner.end_object().end_object();
  const auto text = std::move(inner).finish();
  const auto signature = crypto::sign_event(member.signing, text.reveal());
  crypto::SecretJson outer;
  outer.begin_object().number("v", 1).string("type", "event").string("signed", text.reveal_text());
  outer.string("signature", crypto::to_base64(signature, crypto::Base64::url_unpadded)).end_object();
  auto document = std::move(outer).finish();
  if (!crypto::pad_json(document)) return Problem{"the text is too long to be recorded: at most 64 KiB"};
  auto sealed = crypto::age::seal(std::span(&recipient, 1), document.reveal());
  if (!sealed) return Problem{"sealing failed"};
  storage::Event event;
  event.id = id;
  event.case_id = case_id;
  event.sealed = std::move(*sealed);
  return event;
}

struct OpenCase {
  CaseId id;
  crypto::age::Recipient recipient;
};

/// The thread's case; a new one, held by every colleague who can open the report, when there is none.
Outcome<OpenCase> case_of(Connection& connection, const Casebook& book, const Thread& thread, std::int64_t now) {
  if (thread.case_) {
    auto recipient = crypto::age::Recipient::from_bytes(thread.case_->recipient);
    if (!recipient) return Problem{"the case's key is damaged; run hotline check"};
    return OpenCase{thread.case_->id, std::move(*recipient)};
  }
  const auto identity = crypto::age::Identity::generate();
  const auto recipient = identity.recipient();
  storage::Case opened;
  opened.id = crypto::random_id<CaseId>();
  opened.recipient.assign(recipient.bytes().begin(), recipient.bytes().end());
  opened.urgency = static_cast<std::uint8_t>(thread.urgency());
  std::vector<storage::Grant> grants;
  for (const storage::Member& colleague : vouched_members(book.desk())) {
    auto grant = make_grant(storage::ScopeKind::case_, opened.id.bytes, identity.reveal_seed(), colleague);
    if (!grant) return grant.error();
    grants.push_back(std::move(*grant));
  }
  const auto link = [&](crypto::SecretJson& body) {
    body.key("reports").begin_array();
    for (const OpenedReport& report : thread.reports) body.string(to_text(report.row.id));
    body.end_array().number("seen", thread.reports.back().row.number);
  };
  auto event = make_event(connection.member, opened.id, recipient, "link", link, now);
  if (!event) return event.error();
  const auto stored = connection.client.open_case(opened, grants, {std::move(*event)});
  if (!stored) return stored.error();
  return OpenCase{opened.id, recipient};
}

/// The first tag that is worth trying: those that earlier answers of this case took are known.
std::uint32_t first_free_tag(const Thread& thread) {
  std::int64_t next = 0;
  for (const OpenedEvent& event : thread.events) {
    const json::value* body = event.content.if_contains("body");
    if (!event.problem.empty() || string_of(event.content, "kind") != "reply" || body == nullptr || !body->is_object()) continue;
    const json::value* end = body->get_object().if_contains("tags_end");
    if (end != nullptr && end->is_int64()) next = std::max(next, end->get_int64());
  }
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(next, 0, tags_max));
}

}  // namespace

Outcome<void> reply_to(Connection& connection, const Casebook& book, const Thread& thread, std::string_view text) {
  const SystemClock clock;
  const auto mailbox = mailbox_of(thread);
  if (!mailbox) return mailbox.error();
  const auto parts = crypto::seal_answer(text, clock.day(), mailbox->recipient);
  if (!parts) {
    return Problem{parts.error() == Errc::too_large ? "the answer is too long: at most 64 KiB" : "the answer is empty or not UTF-8 text"};
  }
  const auto opened = case_of(connection, book, thread, clock.now());
  if (!opened) return opened.error();

  std::uint32_t tag = first_free_tag(thread);
  for (std::size_t done = 0; done < parts->size();) {
    if (tag >= tags_max) return Problem{"this mailbox is full"};
    const auto put = connection.client.put_answer({crypto::mailbox_tag(mailbox->key.reveal(), tag++), (*parts)[done]});
    if (!put) {
      return Problem{"the answer was not stored" + std::string(done > 0 ? " whole; send it again" : "") + ": " + put.error().line};
    }
    if (*put) ++done;   // else a colleague answered at the same time and took this tag
  }
  const auto body = [&](crypto::SecretJson& json) {
    json.string("text", text).number("tags_end", tag).number("seen", thread.reports.back().row.number);
  };
  auto event = make_event(connection.member, opened->id, opened->recipient, "reply", body, clock.now());
  if (!event) return Problem{"the answer is stored for the reporter, but not recorded in the case: " + event.error().line};
  const auto recorded = connection.client.append_events(opened->id, {std::move(*event)});
  if (!recorded) return Problem{"the answer is stored for the reporter, but not recorded in the case: " + recorded.error().line};
  return {};
}

}  // namespace hotline::cli
