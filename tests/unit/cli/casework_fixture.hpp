#pragma once

#include "crypto/age.hpp"
#include "crypto/answer_format.hpp"
#include "crypto/encoding.hpp"
#include "crypto/mailbox.hpp"
#include "crypto/random.hpp"
#include "server/cli/case_mailbox.hpp"
#include "server/cli/case_outcome.hpp"
#include "server/cli/case_people.hpp"
#include "server/cli/case_record.hpp"
#include "server/cli/case_reply.hpp"
#include "server/cli/case_summary.hpp"
#include "server/cli/case_wishes.hpp"
#include "server/cli/trust.hpp"
#include "server/console/json.hpp"
#include "server/console/records.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace hotline::cli {

namespace json = boost::json;

/// What a console keeps, in memory. `fails_at` names a call that fails once, before it does anything.
struct Kept {
  std::vector<storage::ReportRow> reports;
  std::vector<storage::Case> cases;
  std::vector<storage::Grant> grants;
  std::vector<storage::Event> events;
  std::map<std::string, std::string> answers;   ///< sealed by tag, both as written
  std::vector<json::object> deletions;
  std::vector<json::object> changes;            ///< what was asked of cases that are there
  std::string fails_at;
};

class MemoryConsole final : public Transport {
 public:
  MemoryConsole(Kept& kept, DeskId desk, MemberId member) : kept_(kept), desk_(desk), member_(member) {}

  Outcome<Reply> send(std::string_view method, const std::string& target, const std::string& body, const Sink&) override {
    if (!kept_.fails_at.empty() && target.ends_with(kept_.fails_at) && method == "POST") {
      kept_.fails_at.clear();
      return Problem{"the line went dead"};
    }
    if (target == "/api/v1/reports?after=0") return list("reports", kept_.reports, [](const auto&) { return true; });
    if (target.starts_with("/api/v1/reports")) return list("reports", kept_.reports, [](const auto&) { return false; });
    if (method == "GET" && target == "/api/v1/cases") return list("cases", kept_.cases, [](const auto&) { return true; });
    const json::object sent = body.empty() ? json::object() : json::parse(body).as_object();
    if (target == "/api/v1/cases") {
      kept_.cases.push_back(console::case_from(sent.at("case").as_object(), desk_).value());
      for (const auto& entry : sent.at("grants").as_array()) kept_.grants.push_back(console::grant_from(entry.as_object()).value());
      return keep_events(sent);
    }
    if (target.ends_with("/events")) {
      const auto id = parse_id<CaseId>(target.substr(target.size() - 39, 32)).value();
      const auto own = [&](const storage::Event& event) { return event.case_id == id; };
      if (method == "GET") return list("events", kept_.events, own);
      kept_.changes.push_back(sent);
      if (sent.contains("after") && std::ranges::any_of(kept_.events, [&](const auto& event) {
            return own(event) && event.number > sent.at("after").as_int64();
          })) {
        return Reply{.status = 409, .body = R"({"detail":"a colleague was quicker"})", .session = {}};
      }
      return keep_events(sent);
    }
    if (target == "/api/v1/answers") {
      const auto [at, is_new] = kept_.answers.try_emplace(std::string(sent.at("tag").as_string()), std::string(sent.at("sealed").as_string()));
      const bool same = at->second == sent.at("sealed").as_string();
      return Reply{.status = is_new || same ? 201 : 409, .body = "{}", .session = {}};
    }
    if (target == "/api/v1/deletions") {
      kept_.deletions.push_back(sent);
      return Reply{.status = 200, .body = R"({"cases":1,"reports":1,"files":0})", .session = {}};
    }
    return Problem{"no such call: " + target};
  }

 private:
  template <class Rows, class Fits>
  static Reply list(const char* name, const Rows& rows, Fits fits) {
    json::array entries;
    for (const auto& row : rows) {
      if (fits(row)) entries.push_back(console::to_json(row));
    }
    return {.status = 200, .body = json::serialize(json::object{{name, std::move(entries)}}), .session = {}};
  }
  Reply keep_events(const json::object& sent) {
    for (const auto& entry : sent.at("events").as_array()) {
      auto event = console::event_from(entry.as_object()).value();
      event.number = static_cast<std::int64_t>(kept_.events.size()) + 1;
      event.author = member_;
      kept_.events.push_back(std::move(event));
    }
    return {.status = 201, .body = "{}", .session = {}};
  }

  Kept& kept_;
  DeskId desk_;
  MemberId member_;
};

/// A desk with one epoch and one member, who is vouched for.
class CaseworkTest : public ::testing::Test {
 protected:
  struct Reporter {
    ByteVector key = ByteVector(32);
    crypto::age::Identity identity = crypto::age::Identity::generate();
    Reporter() { crypto::random_bytes(key); }
    std::string mailbox() const {
      return R"("mailbox":{"key":")" + crypto::to_base64(key, crypto::Base64::url_unpadded) + R"(","recipient":")" + identity.recipient().to_text() + "\"}";
    }
  };

  CaseworkTest() {
    crypto::initialise();
    desk_.desk = {.id = crypto::random_id<DeskId>(), .name = "Desk", .desk_key = desk_key_.public_key(), .demo = false};
    member_.desk = desk_.desk.id;
    const auto recipient = crypto::age::Identity::from_seed(member_seed_.duplicate()).recipient();
    member_.recipient.assign(recipient.bytes().begin(), recipient.bytes().end());
    member_comes("ana");
    kept_.grants.push_back(make_grant(storage::ScopeKind::epoch, epoch_.bytes, epoch_identity_.reveal_seed(), member_).value());
  }

  /// The one member leaves, and another goes on with the same keys to what is there.
  void member_leaves() {
    desk_.former.push_back(member_);
    desk_.members.clear();
    sign_seed_ = crypto::random_secret<32>();
    member_comes("bea");
  }

  ReportId say(const std::string& content, storage::Channel channel = storage::Channel::web) {
    const auto recipient = epoch_identity_.recipient();
    storage::ReportRow row;
    row.number = static_cast<std::int64_t>(kept_.reports.size()) + 1;
    row.epoch = epoch_;
    row.channel = channel;
    row.sealed = crypto::age::seal(std::span(&recipient, 1), as_bytes(content)).value();
    row.id = storage::report_id(row.sealed);
    kept_.reports.push_back(row);
    return row.id;
  }
  ReportId tell(const Reporter& who, const std::string& text, const std::string& language = "en") {
    return say(R"({"v":1,"type":"report","language":")" + language + R"(","answers":{"q_story":")" + text + "\"}," + who.mailbox() + "}");
  }
  void ask_to_delete(const Reporter& who) { say(R"({"v":1,"type":"followup","text":"","wish":"delete",)" + who.mailbox() + "}"); }

  Connection connect() {
    return Connection{ConsoleClient(std::make_unique<MemoryConsole>(kept_, desk_.desk.id, member_.id)),
                      MemberKeys{member_, crypto::age::Identity::from_seed(member_seed_.duplicate()), crypto::SigningKey::from_seed(sign_seed_)}};
  }
  Casebook load(Connection& connection) {
    return Casebook::load(connection.client, Workplace{desk_, Keyring::open(connection.member, kept_.grants)}, [](std::size_t) {}).value();
  }
  /// A case about several reports, as another program may open it.
  void open_case_about(const std::vector<ReportId>& ids) {
    const auto identity = crypto::age::Identity::generate();
    const CaseKey key{crypto::random_id<CaseId>(), identity.recipient()};
    storage::Case opened;
    opened.id = key.id;
    opened.recipient.assign(key.recipient.bytes().begin(), key.recipient.bytes().end());
    kept_.cases.push_back(opened);
    kept_.grants.push_back(make_grant(storage::ScopeKind::case_, key.id.bytes, identity.reveal_seed(), member_).value());
    auto connection = connect();
    const auto body = [&](crypto::SecretJson& json) {
      json.key("reports").begin_array();
      for (const ReportId& id : ids) json.string(to_text(id));
      json.end_array();
    };
    ASSERT_TRUE(connection.client.append_events(key.id, {make_event(connection.member, key, "link", body, 1).value()}));
  }
  /// What a reporter reads: every answer in their mailbox.
  std::vector<crypto::JoinedAnswer> read(const Reporter& who) {
    std::vector<crypto::AnswerPart> parts;
    for (std::uint32_t i = 0; i < 64; ++i) {
      const auto found = kept_.answers.find(crypto::to_base64(crypto::mailbox_tag(who.key, i), crypto::Base64::url_unpadded));
      if (found == kept_.answers.end()) continue;
      parts.push_back(crypto::open_answer(who.identity, crypto::from_base64(found->second, crypto::Base64::url_unpadded).value()).value());
    }
    return crypto::join_answers(std::move(parts));
  }
  Outcome<void> keep_it(std::string_view why, std::size_t thread = 0) {
    auto connection = connect();
    const Casebook book = load(connection);
    return keep(connection, book, book.threads()[thread], why);
  }
  Outcome<storage::Removed> delete_it(std::string_view text = {}, std::size_t thread = 0) {
    auto connection = connect();
    const Casebook book = load(connection);
    return delete_for_good(connection, book, deletion_of(book, book.threads()[thread]), text);
  }

  void member_comes(const std::string& name) {
    member_.id = crypto::random_id<MemberId>();
    member_.name = name;
    member_.sign_key = crypto::SigningKey::from_seed(sign_seed_).public_key();
    const auto voucher = vouch_for(member_, desk_key_).value();
    member_.voucher.assign(voucher.begin(), voucher.end());
    desk_.members.push_back(member_);
    desk_.vouched = vouched_authors(desk_);
  }

  crypto::SigningKey desk_key_ = crypto::SigningKey::from_seed(crypto::random_secret<32>());
  crypto::Secret<32> member_seed_ = crypto::random_secret<32>();
  crypto::Secret<32> sign_seed_ = crypto::random_secret<32>();
  crypto::age::Identity epoch_identity_ = crypto::age::Identity::generate();
  EpochId epoch_ = crypto::random_id<EpochId>();
  storage::Member member_;
  DeskView desk_;
  Kept kept_;
};

}  // namespace hotline::cli
