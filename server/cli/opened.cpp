#include "server/cli/opened.hpp"

#include "crypto/age.hpp"
#include "crypto/encoding.hpp"
#include "crypto/signing.hpp"

#include <algorithm>
#include <optional>

namespace hotline::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t nesting_max = 512;

/// As a browser reads it: what a colleague sees there must not be missing here, and not in an export.
std::optional<json::object> parse_object(std::string_view text) {
  boost::system::error_code error;
  json::parse_options options;
  options.allow_invalid_utf16 = true;
  options.max_depth = nesting_max;
  json::value value = json::parse(text, error, {}, options);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

/// What docs/formats.md describes. What says nothing of its version is taken for it: no report is turned away for a missing member.
bool is_version_1(const json::object& content) {
  const json::value* version = content.if_contains("v");
  return version == nullptr || (version->is_number() && version->to_number<double>() == 1);
}

/// What was sealed and signed, as docs/formats.md writes an event.
struct SignedDocument {
  bool opened = false;
  std::string text;                         ///< that is signed
  crypto::Signature signature{};
  std::optional<json::object> content;      ///< the same, read; nothing when it is not one

  bool is_by(const storage::Member& member) const { return crypto::verify_event(member.sign_key, as_bytes(text), signature).has_value(); }
};

SignedDocument open_signed(Bytes sealed, std::span<const crypto::age::Identity> identities) {
  SignedDocument document;
  const auto plain = crypto::age::open(identities, sealed);
  const auto outer = plain ? parse_object(plain->reveal_text()) : std::nullopt;
  if (!outer) return document;
  document.opened = true;
  document.text = string_of(*outer, "signed");
  const auto signature = crypto::from_base64(string_of(*outer, "signature"), crypto::Base64::url_unpadded);
  if (!signature || signature->size() != document.signature.size()) return document;
  std::ranges::copy(*signature, document.signature.begin());
  document.content = parse_object(document.text);
  return document;
}

/// A server can name any key as a colleague's; only the desk key says which is. Null: it does not say so of that one.
const storage::Member* find_author(const DeskView& desk, MemberId id) {
  const auto found = std::ranges::find(desk.vouched, id, &storage::Member::id);
  return found != desk.vouched.end() ? &*found : nullptr;
}

}  // namespace

std::string string_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string text_of(const json::object& content) {
  const std::string text = string_of(content, "text");
  if (!text.empty()) return text;
  const json::value* answers = content.if_contains("answers");
  if (answers == nullptr || !answers->is_object()) return {};
  const std::string story = string_of(answers->get_object(), "q_story");
  if (!story.empty()) return story;
  std::string joined;
  for (const auto& [key, value] : answers->get_object()) {
    if (!joined.empty()) joined += "; ";
    joined.append(key).append(": ").append(value.is_string() ? std::string(value.get_string()) : json::serialize(value));
  }
  return joined;
}

OpenedReport open_report(storage::ReportRow row, const Keyring& keyring, const DeskView& desk) {
  OpenedReport report{.row = std::move(row), .content = {}, .problem = {}};
  // Row and content are bound by the id: a mixed-up or changed row is seen here.
  if (storage::report_id(report.row.sealed) != report.row.id) {
    report.problem = "stored content does not belong to this report; run hotline check";
    return report;
  }
  const crypto::age::Identity* identity = keyring.epoch(report.row.epoch);
  if (identity == nullptr) {
    report.problem = "you hold no key for its epoch; ask a colleague: hotline member grant";
    return report;
  }
  auto document = crypto::age::open(std::span(identity, 1), report.row.sealed);
  for (const storage::Epoch& epoch : desk.epochs) {   // a browser may have sealed to the epoch before
    if (document || document.error() != Errc::wrong_key) break;
    const crypto::age::Identity* other = keyring.epoch(epoch.id);
    if (other != nullptr) document = crypto::age::open(std::span(other, 1), report.row.sealed);
  }
  if (!document) {
    report.problem = "does not open: " + document.error().message();
    return report;
  }
  auto content = parse_object(document->reveal_text());
  if (!content) {
    report.problem = "opened, but holds no JSON object; hotline case export saves it as it is";
  } else if (!is_version_1(*content)) {
    report.problem = "written in a form that this version does not know; a newer hotline reads it, and hotline case export saves it";
  } else {
    report.content = std::move(*content);
  }
  return report;
}

OpenedEvent open_event(storage::Event row, std::span<const crypto::age::Identity> identities, const DeskView& desk) {
  OpenedEvent event{.row = std::move(row), .content = {}, .author = {}, .problem = {}, .author_role = {}};
  event.author = name_of(desk, event.row.author);
  auto document = open_signed(event.row.sealed, identities);
  if (!document.content) {
    event.problem = document.opened ? "is not an event" : "does not open";
    return event;
  }
  event.content = std::move(*document.content);
  if (!is_version_1(event.content)) {
    event.problem = "written in a form that this version does not know; a newer hotline reads it";
    return event;
  }
  const storage::Member* author = find_author(desk, event.row.author);
  if (author == nullptr) {
    event.problem = "nobody has vouched for " + event.author + ": whether this is from them cannot be told";
    return event;
  }
  event.author_role = author->role;
  const bool own_row = string_of(event.content, "id") == to_text(event.row.id) &&
                       string_of(event.content, "case") == to_text(event.row.case_id) &&
                       string_of(event.content, "author") == to_text(event.row.author);
  if (!document.is_by(*author) || !own_row) event.problem = "its signature does not hold: it was changed, or is not from " + event.author;
  return event;
}

std::optional<Sighting> open_view(ReportId report, const ReportView& row, const crypto::age::Identity& identity, const DeskView& desk) {
  const auto document = open_signed(row.sealed, std::span(&identity, 1));
  if (!document.content || string_of(*document.content, "kind") != "view" || string_of(*document.content, "report") != to_text(report) ||
      string_of(*document.content, "author") != to_text(row.author)) {
    return std::nullopt;
  }
  const storage::Member* author = find_author(desk, row.author);
  if (author == nullptr || !document.is_by(*author)) return std::nullopt;
  const json::value* body = document.content->if_contains("body");
  const json::object none;
  const json::object& said = body != nullptr && body->is_object() ? body->get_object() : none;
  return Sighting{.author = name_of(desk, row.author), .what = string_of(said, "what"), .subject = to_text(report), .reason = string_of(said, "reason"),
                  .hour = row.recorded_hour};
}

std::optional<json::object> open_summary(CaseId id, Bytes sealed, std::span<const crypto::age::Identity> identities, const DeskView& desk) {
  const auto document = open_signed(sealed, identities);
  if (!document.content || string_of(*document.content, "kind") != "summary" || string_of(*document.content, "case") != to_text(id)) return std::nullopt;
  const auto author = parse_id<MemberId>(string_of(*document.content, "author"));
  const storage::Member* member = author ? find_author(desk, *author) : nullptr;
  const json::value* body = document.content->if_contains("body");
  if (member == nullptr || !document.is_by(*member) || body == nullptr || !body->is_object()) return std::nullopt;
  return body->get_object();
}

}  // namespace hotline::cli
