#pragma once

#include "crypto/age_keys.hpp"
#include "crypto/member_keys.hpp"
#include "crypto/secret.hpp"
#include "crypto/signing.hpp"
#include "server/cli/transport.hpp"
#include "storage/cases.hpp"
#include "storage/desks.hpp"
#include "storage/grants.hpp"
#include "storage/inbox.hpp"
#include "storage/mailboxes.hpp"
#include "storage/members.hpp"
#include "storage/outbox.hpp"

#include <boost/json.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::cli {

/// A member's own keys, opened by the passphrase on this machine.
struct MemberKeys {
  storage::Member member;                 ///< public part
  crypto::age::Identity identity;
  crypto::SigningKey signing;
  crypto::Secret<32> secret{};            ///< the member secret
  bool must_enrol = false;                ///< has no second factor where one is required: may do nothing but add one
};

/// Gives the code of the member's authenticator program, or says why there is none.
using CodeSource = std::function<Outcome<std::string>()>;

struct DeskView {
  storage::Desk desk;
  std::vector<storage::Epoch> epochs;     ///< oldest first
  std::vector<storage::Member> members;
  std::vector<storage::Member> former;    ///< who has left: what they signed counts as before
  std::vector<storage::Member> vouched = {};   ///< of both, the rows that the desk key vouches for: only their signatures count. Filled by enter_desk()
};

/// That a member saw a report, as stored beside it.
struct ReportView {
  MemberId author;
  std::int64_t recorded_hour = 0;
  ByteVector sealed;                      ///< docs/formats.md, section 9
};

/// A summary as it is sent: its own id stands inside too.
struct SealedSummary {
  EventId id;
  ByteVector sealed;                      ///< empty: none
};

/// What is stored with a change of a case, all in one commit. What is not given stays as it is.
struct CaseChange {
  std::vector<storage::Event> events;
  std::optional<std::int64_t> after;                              ///< number of the last event that was seen
  std::string state;                                              ///< "open", "close_asked", "closed", or empty
  std::optional<int> urgency;
  std::optional<std::optional<MemberId>> assignee;                ///< an empty one: nobody
  std::optional<std::optional<MemberId>> if_assignee;             ///< only while this member, or nobody, has it
  std::optional<std::optional<std::int64_t>> due_hour;
  SealedSummary summary;
  std::vector<ReportId> files;                                    ///< reports that belong to the case from now on
  std::vector<storage::Grant> grants;
  std::vector<std::string> about;                                 ///< ids of all reports of the case: with closing, and with proposing a hold
  std::string hold;                                               ///< a step of a legal hold, or empty
  ByteVector recipient;                                           ///< a new key, whose grants take the place of all others; empty: none
  std::optional<ByteArray<16>> if_key;                            ///< only while the case's key is this one (storage::key_id)
};

/// One entry of the queue: a report that is in no case, or a case.
struct QueueItem {
  std::optional<storage::ReportRow> report;
  boost::json::object case_;              ///< as the API gives it, with `summary` and the caller's `grant`; empty for a report
};
struct QueuePage {
  std::vector<QueueItem> items;
  std::string next;                       ///< cursor of the page after; empty at the end
};

struct ActivityLine {
  std::int64_t number = 0;
  std::int64_t hour = 0;
  std::optional<MemberId> member;
  std::string act;
  std::string subject_kind;
  std::string subject;
};
struct ActivityPage {
  std::vector<ActivityLine> rows;         ///< newest first
  std::int64_t head_count = 0;
  std::string head_hash;
};
struct ActivityQuestion {
  std::optional<std::int64_t> before;
  std::string about;                      ///< "case=…", "report=…", "member=…", or empty: all
  std::size_t limit = 200;
};

/// The console's API as calls, typed. Every failure is one line that says what to do.
class ConsoleClient {
 public:
  explicit ConsoleClient(std::unique_ptr<Transport> transport) : transport_(std::move(transport)) {}

  /// Derives the keys here (Argon2id, about 0.2 s), proves the passphrase and unlocks the member's secret. `code` is asked only of those
  /// who have a second factor.
  Outcome<MemberKeys> sign_in(const std::string& name, const crypto::SecretBuffer& passphrase, const CodeSource& code);

  Outcome<DeskView> desk(DeskId desk_id);
  Outcome<std::vector<storage::Grant>> grants();
  Outcome<void> add_grants(const std::vector<storage::Grant>& grants);
  Outcome<void> add_epoch(const storage::Epoch& epoch, const std::vector<storage::Grant>& grants);

  /// A page of reports with a number over `after`.
  Outcome<std::vector<storage::ReportRow>> reports(std::int64_t after);
  /// A sealed file, piece by piece.
  Outcome<void> file(ReportId report, BlobId id, const Sink& sink);

  /// False when the tag holds another answer. The very same answer may be put again.
  Outcome<bool> put_answer(const storage::Answer& answer);

  Outcome<std::vector<storage::Case>> cases(DeskId desk_id);
  /// A page of those that want a new key, each with the caller's own grant where they hold one.
  struct CaseToRekey {
    storage::Case row;
    ByteVector grant;               ///< empty: none
  };
  Outcome<std::vector<CaseToRekey>> cases_to_rekey(DeskId desk_id, std::int64_t after);
  /// Opens a case with what `first` says (`after` and `if_assignee` mean nothing). False: a colleague was quicker with one of its reports.
  Outcome<bool> open_case(const storage::Case& opened, const CaseChange& first);
  /// False when `after` or `if_assignee` does not hold any more, or a colleague was quicker with one of the reports.
  Outcome<bool> change_case(CaseId id, const CaseChange& change);
  /// None when the case was deleted meanwhile, or is a colleague's.
  Outcome<std::vector<storage::Event>> events(CaseId id);
  /// With `last_seen`: refused when the case has an event of a higher number.
  Outcome<void> append_events(CaseId id, const std::vector<storage::Event>& events, std::optional<std::int64_t> last_seen = std::nullopt);
  /// Records that this member saw a report; `sealed` is the event of that id.
  Outcome<void> add_view(ReportId report, EventId id, const ByteVector& sealed);
  Outcome<std::vector<ReportView>> views(ReportId report);
  /// A page of the queue. `view`: all, unread, mine, unassigned, overdue, closed.
  Outcome<QueuePage> queue(const std::string& view, const std::string& after, std::size_t limit);
  Outcome<boost::json::object> queue_counts();
  /// `from` and `to`: months as 2026-01, or empty. As the server tells them: openapi.json.
  Outcome<boost::json::object> figures(const std::string& from, const std::string& to, bool exact);
  Outcome<ActivityPage> activity(const ActivityQuestion& question);
  /// As the API tells it: openapi.json, /api/v1/retention.
  Outcome<boost::json::object> retention(int days);
  /// The names of the gateways by which texts can leave from that server.
  Outcome<std::vector<std::string>> text_gateways();
  struct TextOrder {
    TextId id;
    std::string_view gateway, to, from, text;
    bool at_any_hour = false;
  };
  /// It waits in the server's outbox.
  Outcome<void> order_text(CaseId id, const TextOrder& order);
  /// What has become of a case's texts, in order.
  Outcome<std::vector<storage::TextRow>> texts(CaseId id);
  /// Deletes for good; the line says so when nothing of it is there, or when this member may not.
  Outcome<storage::Removed> remove(const std::vector<CaseId>& cases, const std::vector<ReportId>& reports);

  Outcome<void> invite(const ByteArray<32>& code_hash, const std::string& name, storage::Role role);
  struct Invited {
    storage::Desk desk;
    std::string name;
    storage::Role role = storage::Role::caseworker;
  };
  Outcome<Invited> invitation(const ByteArray<32>& code_hash);
  /// Those that wait, the newest first, without their hashes.
  Outcome<std::vector<storage::Invitation>> invitations();
  Outcome<void> withdraw(InvitationId id);
  Outcome<void> enrol(const ByteArray<32>& code_hash, const storage::Member& member);
  Outcome<void> vouch(MemberId id, const crypto::Signature& voucher);
  Outcome<void> remove_member(MemberId id);

  // Accounts: account_client.cpp.
  /// Wraps the member secret anew; `old` proves who asks. The member's other sessions end.
  Outcome<void> change_passphrase(const MemberKeys& member, const crypto::SecretBuffer& old, const crypto::SecretBuffer& fresh);
  /// With the paper code instead of the passphrase: sets a new one, and gives a new paper code. Second factors and sessions end.
  Outcome<crypto::SecretBuffer> recover(const std::string& name, const crypto::RecoveryCode& code, const crypto::SecretBuffer& fresh);
  /// A new paper code; the old one ends. `passphrase` proves who asks, and so does `code` where the member has a second factor.
  Outcome<crypto::SecretBuffer> renew_paper_code(const MemberKeys& member, const crypto::SecretBuffer& passphrase, const CodeSource& code);
  struct TotpSecret {
    std::string secret;             ///< base32
    std::string uri;                ///< otpauth://…
    std::vector<std::string> qr;    ///< rows of "0" and "1"
  };
  /// A new secret, which does nothing until it is confirmed by a code, within ten minutes and on the same server.
  Outcome<TotpSecret> begin_totp();
  Outcome<void> confirm_totp(const std::string& code);
  Outcome<void> reset_second_factors(MemberId id);
  /// As the server tells them: openapi.json.
  Outcome<boost::json::value> sessions();
  Outcome<void> end_session(const std::string& id);
  Outcome<void> end_sessions_of(MemberId id);

 private:
  /// What the server asks of a passphrase for this name, derived here.
  Outcome<crypto::PassphraseKeys> keys_of(const std::string& name, const crypto::SecretBuffer& passphrase);
  /// The first step of a sign-in, and the second where one is asked.
  Outcome<boost::json::value> prove(const boost::json::object& request, const CodeSource& code);
  Outcome<boost::json::value> call(std::string_view method, const std::string& target, const std::string& body = {});

  std::unique_ptr<Transport> transport_;
};

}  // namespace hotline::cli
