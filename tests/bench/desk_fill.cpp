// Fills a desk as it might look after a busy year, for measurements of the console:
//   desk_fill --config SETTINGS --member NAME --passphrase-file FILE [--reports 20000] [--open 5000] [--busy 200]
// Reports are sealed to the desk's newest epoch, `open` of them wait: half as new reports, half in cases that are not closed; the rest is in
// closed cases of four reports each. Every case has its key sealed to all members who work on reports, a link, a note and a summary, signed by NAME;
// `busy` of the open ones have 30 events. Fifty cases share one key; each row is sealed by itself
// so each opens and none is a copy of another. No server need run; one may. Takes one or two minutes for 20,000.
#include "config/clock.hpp"
#include "crypto/age.hpp"
#include "crypto/member_keys.hpp"
#include "crypto/padding.hpp"
#include "crypto/random.hpp"
#include "crypto/secret_json.hpp"
#include "server/cli/case_record.hpp"
#include "server/cli/case_rights.hpp"
#include "server/cli/local_database.hpp"
#include "server/cli/terminal.hpp"
#include "storage/wait.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace hotline;

constexpr const char* stories[] = {
    "They keep our passports in the office and say we owe for the journey.", "Trabajamos catorce horas en la finca y no nos pagan.",
    "My cousin is locked in the house where she cleans. She is fifteen.",    "El dueño del bar no nos deja salir solas.",
    "A friend of mine has not been heard of since she took the job.",        "Nos amenazan con llamar a migración."};

struct Options {
  std::map<std::string, std::string> words;
  std::string text(const std::string& name) const {
    const auto found = words.find(name);
    if (found == words.end()) {
      std::fprintf(stderr, "desk_fill: %s is missing; see the top of desk_fill.cpp\n", name.c_str());
      std::exit(2);
    }
    return found->second;
  }
  std::size_t number(const std::string& name, std::size_t otherwise) const {
    const auto found = words.find(name);
    if (found == words.end()) return otherwise;
    std::size_t value = 0;
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
    return value;
  }
};

[[noreturn]] void stop(const std::string& line) {
  std::fprintf(stderr, "desk_fill: %s\n", line.c_str());
  std::exit(1);
}
template <class T>
T must(Result<T> result, const char* what) {
  if (!result) stop(std::string(what) + ": " + result.error().message());
  return std::move(*result);
}
inline void must(const Result<void>& result, const char* what) {
  if (!result) stop(std::string(what) + ": " + result.error().message());
}

class Filling {
 public:
  Filling(storage::Stores& stores, cli::MemberKeys member, cli::DeskView desk)
      : stores_(stores), member_(std::move(member)), desk_(std::move(desk)), now_(SystemClock().now()) {
    const storage::Epoch& epoch = desk_.epochs.back();
    epoch_ = epoch.id;
    recipient_.emplace(must(crypto::age::Recipient::from_bytes(epoch.recipient), "the epoch's key"));
  }

  void run(std::size_t reports, std::size_t open, std::size_t busy) {
    std::vector<ReportId> stored;
    for (std::size_t i = 0; i < reports; ++i) stored.push_back(add_report(i));
    const std::size_t waiting = open / 2;
    const std::size_t cases_open = open - waiting;
    std::size_t next = 0;
    // The oldest are closed, the newest wait.
    const std::size_t closed = reports - std::min(reports, waiting + cases_open);
    for (; next + 4 <= closed; next += 4) add_case({stored.begin() + at(next), stored.begin() + at(next + 4)}, storage::CaseState::closed, 2);
    for (std::size_t made = 0; made < cases_open && next < reports - waiting; ++made, ++next) {
      add_case({stored[next]}, storage::CaseState::open, made < busy ? 30 : 2);
    }
    std::printf("reports %zu, of which %zu wait; cases %zu\n", reports, waiting, cases_);
  }

 private:
  static std::ptrdiff_t at(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

  ReportId add_report(std::size_t index) {
    crypto::SecretJson json;
    json.begin_object().number("v", 1).string("type", "report").string("desk", to_text(desk_.desk.id)).string("channel", "web").string("language", "en");
    json.key("answers").begin_object().string("q_story", std::string(stories[index % std::size(stories)]) + " (" + std::to_string(index) + ")").end_object();
    json.key("consents").begin_array().end_array().key("attachments").begin_array().end_array().end_object();
    auto document = std::move(json).finish();
    if (!crypto::pad_json(document)) stop("a report does not fit");
    storage::NewReport report;
    report.epoch = epoch_;
    report.priority = static_cast<std::uint8_t>(index % 50 == 0 ? 0 : 1 + index % 4);
    // Over a year, the last one now.
    report.received_hour = now_ / 3600 - static_cast<std::int64_t>(chance_() % 8760) * (index % 20 == 0 ? 0 : 1);
    report.sealed = must(crypto::age::seal(std::span(&*recipient_, 1), document.reveal()), "sealing");
    return must(storage::wait_for(stores_.inbox().add(std::move(report))), "a report");
  }

  storage::Event event(const cli::CaseKey& key, std::string_view kind, const cli::EventBody& body) {
    auto made = cli::make_event(member_, key, kind, body, now_);
    if (!made) stop(made.error().line);
    made->author = member_.member.id;
    made->recorded_hour = now_ / 3600;
    return std::move(*made);
  }

  void add_case(const std::vector<ReportId>& reports, storage::CaseState state, std::size_t events) {
    if (cases_++ % 50 == 0) identity_.emplace(crypto::age::Identity::generate());
    const cli::CaseKey key{crypto::random_id<CaseId>(), identity_->recipient()};
    storage::NewCase made;
    made.opened = {key.id, desk_.desk.id, {}, state, static_cast<std::uint8_t>(cases_ % 5), now_ / 3600};
    made.opened.recipient.assign(key.recipient.bytes().begin(), key.recipient.bytes().end());
    if (state != storage::CaseState::closed && cases_ % 3 == 0) made.opened.assignee = member_.member.id;
    if (cases_ % 2 == 0) made.opened.due_hour = now_ / 3600 + static_cast<std::int64_t>(cases_ % 100) - 10;
    for (const storage::Member& holder : cli::key_holders(desk_)) {
      auto grant = cli::make_grant(storage::ScopeKind::case_, key.id.bytes, identity_->reveal_seed(), holder);
      if (!grant) stop(grant.error().line);
      made.grants.push_back(std::move(*grant));
    }
    const auto list = [&](crypto::SecretJson& body) {
      body.key("reports").begin_array();
      for (const ReportId& id : reports) body.string(to_text(id));
      body.end_array();
    };
    made.events.push_back(event(key, "link", [&](crypto::SecretJson& body) { list(body); body.number("seen", 0); }));
    while (made.events.size() < events) {
      made.events.push_back(event(key, "note", [&](crypto::SecretJson& body) { body.string("text", stories[made.events.size() % std::size(stories)]); }));
    }
    auto summary = event(key, "summary", [&](crypto::SecretJson& body) {
      body.string("title", stories[cases_ % std::size(stories)]).key("labels").begin_array().string("ilo:debt_bondage").end_array();
      list(body);
      body.key("ways").begin_array().end_array().string("language", "en").boolean("child", false).key("never").begin_array().end_array();
      body.key("tasks").begin_array().end_array().key("last").begin_object().number("hour", now_ / 3600).string("from", "reporter").end_object().number("event", 0);
    });
    made.summary = storage::Summary{summary.id, summary.author, summary.recorded_hour, std::move(summary.sealed)};
    made.files = reports;
    must(storage::wait_for(stores_.cases().open(std::move(made))), "a case");
  }

  storage::Stores& stores_;
  cli::MemberKeys member_;
  cli::DeskView desk_;
  std::int64_t now_;
  EpochId epoch_;
  std::optional<crypto::age::Recipient> recipient_;
  std::optional<crypto::age::Identity> identity_;
  std::size_t cases_ = 0;
  std::minstd_rand chance_{1};
};

cli::MemberKeys unlock(const storage::Member& member, const std::string& passphrase_file) {
  const auto passphrase = cli::read_passphrase(passphrase_file, "");
  if (!passphrase) stop(passphrase.error().line);
  const auto keys = must(crypto::derive_passphrase_keys(passphrase->reveal(), member.salt), "deriving keys");
  const auto secret = must(crypto::unwrap_member_secret(keys.wrap, member.id, member.wrapped_secret), "the passphrase");
  return {member, crypto::age::Identity::from_seed(crypto::member_identity_seed(secret)), crypto::SigningKey::from_seed(crypto::member_signing_seed(secret))};
}

}  // namespace

int main(int count, char** words) {
  Options options;
  for (int i = 1; i + 1 < count; i += 2) options.words[words[i]] = words[i + 1];
  crypto::initialise();
  auto database = cli::open_local_database(options.text("--config"));
  if (!database) stop(database.error().line);
  storage::Stores& stores = *database->stores;
  const auto member = must(storage::wait_for(stores.members().find(options.text("--member"))), "the member");
  cli::DeskView desk;
  for (auto& each : must(storage::wait_for(stores.desks().list()), "the desks")) {
    if (each.id == member.desk) desk.desk = std::move(each);
  }
  desk.epochs = must(storage::wait_for(stores.desks().epochs(member.desk)), "the epochs");
  desk.members = must(storage::wait_for(stores.members().list(member.desk)), "the members");
  if (desk.epochs.empty()) stop("the desk has no epoch");
  Filling(stores, unlock(member, options.text("--passphrase-file")), std::move(desk))
      .run(options.number("--reports", 20'000), options.number("--open", 5'000), options.number("--busy", 200));
  database->stores->stop();
  return 0;
}
