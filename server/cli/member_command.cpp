#include "config/clock.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "server/cli/case_rekey.hpp"
#include "server/cli/case_rights.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/connection.hpp"
#include "server/cli/desk_founding.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/trust.hpp"
#include "server/console/records.hpp"

#include <algorithm>
#include <iostream>

namespace hotline::cli {
namespace {

struct Options {
  ConnectionOptions connection;
  std::string name;
  std::string role = "caseworker";
  std::string invitation;
  std::string words;
  std::string expected_role;
  bool json = false;
};

/// What the server keeps of an invitation's code.
ByteArray<32> invitation_hash(std::string_view code) {
  return crypto::blake2b({as_bytes("hotline/v1/invitation"), as_bytes(code)});
}

int invite(const Options& options) {
  const auto role = console::role_from(options.role);
  if (!role) return misuse("no such role; one of caseworker, supervisor, admin, auditor, analyst, partner");
  auto connection = sign_in(options.connection);
  if (!connection) return fail(connection.error());
  const auto origin = console_origin(options.connection);
  if (!origin) return fail(origin.error());
  const std::string code = crypto::to_base64(crypto::random_secret<24>().reveal(), crypto::Base64::url_unpadded);
  const auto invited = connection->client.invite(invitation_hash(code), options.name, *role);
  if (!invited) return fail(invited.error());
  std::cout << "Invitation of " << options.name << ", valid once, for 72 hours. Hand it over in person or by a secure message:\n" << code
            << "\nThey enrol in a browser: " << *origin << "/#/join/" << code
            << "\nor with: hotline member enrol --invitation CODE --server URL\n"
            << "Then compare words and let them in: hotline member grant " << options.name << "\n"
            << "To take it back before that: hotline member withdraw " << options.name << "\n";
  return Exit::done;
}

int enrol(const Options& options) {
  auto given = read_passphrase_file(options.connection.passphrase_file);
  if (!given) return fail(given.error());
  auto client = connect(options.connection);
  if (!client) return fail(client.error());
  const auto hash = invitation_hash(options.invitation);
  const auto invited = client->invitation(hash);
  if (!invited) return fail(invited.error());
  const auto passphrase = *given ? Outcome<crypto::SecretBuffer>(std::move(**given)) : read_passphrase({}, "New passphrase of " + printable(invited->name), true);
  if (!passphrase) return fail(passphrase.error());
  const auto member = make_member(invited->name, invited->desk.id, invited->role, *passphrase, SystemClock().day());
  if (!member) return fail(member.error());
  const auto done = client->enrol(hash, member->record);
  if (!done) return fail(done.error());
  std::cout << "You are " << printable(invited->name) << " at " << printable(invited->desk.name) << ".\n"
            << "Recovery code, for paper, shown once: " << member->recovery_code.reveal_text() << "\n"
            << "Read these words to the colleague who lets you in: " << member_words(member->record) << "\n";
  return Exit::done;
}

Outcome<storage::Member> colleague(const DeskView& desk, const std::string& name) {
  const auto found = std::ranges::find_if(desk.members, [&](const auto& member) { return member.name == name; });
  if (found == desk.members.end()) return Problem{"no member of that name; hotline member list shows them"};
  return *found;
}

/// Cases that are not for this member to read: those of others, when they do not lead the desk.
Outcome<std::vector<CaseId>> cases_of_others(ConsoleClient& client, const storage::Member& member) {
  std::vector<CaseId> cases;
  if (leads_desk(member.role)) return cases;
  const auto rows = client.cases(member.desk);
  if (!rows) return rows.error();
  for (const storage::Case& row : *rows) {
    if (row.assignee && *row.assignee != member.id) cases.push_back(row.id);
  }
  return cases;
}

/// Before a key is given away: the words that the colleague read, and the role that the server claims, are what somebody expects.
Outcome<void> compare(const storage::Member& member, const Options& options) {
  const std::string words = member_words(member);
  const std::string role(console::role_name(member.role));
  if (options.words.empty()) {
    const auto same = confirm("Of " + printable(member.name) + " (" + role + ") the server shows the words\n  " + words +
                              "\nAsk them, by voice or face to face, to read theirs to you. Are they the same?");
    if (!same) return Problem{"compare words first, and say which they read to you: --words WORDS"};
    if (!*same) return Problem{"nobody was let in. If the words differ, somebody is between you: remove that member and invite them anew"};
  } else if (options.words != words) {
    return Problem{"the words are others than the server shows, " + words + ": nobody was let in. Ask again; if they differ, remove that member and invite them anew"};
  }
  if (!options.expected_role.empty() && options.expected_role != role) {
    return Problem{"the server says that " + printable(member.name) + " is " + role + ", not " + options.expected_role + ": nobody was let in"};
  }
  if (member.role != storage::Role::admin || !options.expected_role.empty()) return {};
  const auto meant = confirm("An admin gets the desk key too, and can let in others with it. Was " + printable(member.name) + " invited as an admin?");
  if (!meant) return Problem{"the server says that " + printable(member.name) + " is an admin, who gets the desk key too: add --role admin if they were invited as one"};
  if (!*meant) return Problem{"nobody was let in: remove that member and invite them anew"};
  return {};
}

int grant(const Options& options) {
  auto connection = sign_in(options.connection);
  if (!connection) return fail(connection.error());
  const auto workplace = enter_desk(*connection, options.connection.desk_words);
  if (!workplace) return fail(workplace.error());
  const auto member = colleague(workplace->desk, options.name);
  if (!member) return fail(member.error());
  const auto desk_key = workplace->keyring.desk_key(workplace->desk.desk.id);
  if (!desk_key) return fail("you do not hold the desk key, which vouches for members: let an admin do this");
  if (const auto compared = compare(*member, options); !compared) return fail(compared.error());
  const auto voucher = vouch_for(*member, *desk_key);
  if (!voucher) return fail(voucher.error());
  const auto vouched = connection->client.vouch(member->id, *voucher);
  if (!vouched) return fail(vouched.error());
  if (!holds_keys(member->role)) {
    std::cout << options.name << " is vouched for. A member of that role reads no reports, and is given no keys.\n";
    return Exit::done;
  }
  const auto others = cases_of_others(connection->client, *member);
  if (!others) return fail(others.error());
  const auto grants = workplace->keyring.grants_for(*member, member->role == storage::Role::admin, *others);
  if (!grants) return fail(grants.error());
  const auto added = connection->client.add_grants(*grants);
  if (!added) return fail(added.error());
  std::cout << options.name << " can now open what you can open (" << grants->size() << " keys).\n";
  return Exit::done;
}

int list(const Options& options) {
  auto connection = sign_in(options.connection);
  if (!connection) return fail(connection.error());
  const auto workplace = enter_desk(*connection, options.connection.desk_words);
  if (!workplace) return fail(workplace.error());
  const auto vouched = vouched_members(workplace->desk);
  for (const storage::Member& member : workplace->desk.members) {
    const bool trusted = std::ranges::any_of(vouched, [&](const auto& entry) { return entry.id == member.id; });
    if (options.json) {
      std::cout << boost::json::object{{"id", to_text(member.id)},
                                       {"name", member.name},
                                       {"role", console::role_name(member.role)},
                                       {"words", member_words(member)},
                                       {"vouched", trusted}}
                << "\n";
      continue;
    }
    std::cout << printable(member.name) << "  " << console::role_name(member.role) << "  " << member_words(member)
              << (trusted ? "" : "  (waiting: compare words, then hotline member grant)") << "\n";
  }
  return Exit::done;
}

/// Removes a member and starts a new epoch at once, so that nothing new can be opened with what they may have kept.
int remove(const Options& options) {
  auto connection = sign_in(options.connection);
  if (!connection) return fail(connection.error());
  auto workplace = enter_desk(*connection, options.connection.desk_words);
  if (!workplace) return fail(workplace.error());
  const auto member = colleague(workplace->desk, options.name);
  if (!member) return fail(member.error());
  const auto desk_key = workplace->keyring.desk_key(workplace->desk.desk.id);
  if (!desk_key) return fail("you do not hold the desk key, which a new epoch needs: let an admin do this");
  const auto removed = connection->client.remove_member(member->id);
  if (!removed) return fail(removed.error());
  std::erase_if(workplace->desk.members, [&](const auto& entry) { return entry.id == member->id; });
  const auto epoch = make_epoch(workplace->desk.desk.id, *desk_key, SystemClock().now(), key_holders(workplace->desk));
  if (!epoch) return fail(epoch.error());
  const auto added = connection->client.add_epoch(epoch->record, epoch->grants);
  if (!added) return fail("the member is removed, but no new epoch began; run hotline epoch rotate: " + added.error().line);
  std::cout << options.name << " is removed, and a new epoch has begun.\n"
            << "What they opened before they may have kept.\n";
  const auto rekeyed = rekey_cases(*connection, workplace->desk);
  if (!rekeyed) return fail("not every open case has new keys yet; run hotline member rekey: " + rekeyed.error().line);
  std::cout << rekeyed_text(*rekeyed) << "\n";
  return Exit::done;
}

/// Goes on where a removal was interrupted.
int rekey(const Options& options) {
  auto connection = sign_in(options.connection);
  if (!connection) return fail(connection.error());
  const auto workplace = enter_desk(*connection, options.connection.desk_words);
  if (!workplace) return fail(workplace.error());
  const auto rekeyed = rekey_cases(*connection, workplace->desk);
  if (!rekeyed) return fail(rekeyed.error());
  std::cout << rekeyed_text(*rekeyed) << "\n";
  return rekeyed->left == 0 ? Exit::done : Exit::failed;
}

}  // namespace

void add_member_commands(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("member", "who works at the desk");
  command->require_subcommand(1);
  auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* what, int (*action)(const Options&), bool needs_name) {
    auto* added = command->add_subcommand(name, what);
    options->connection.add_to(*added);
    if (needs_name) added->add_option("name", options->name, "the colleague's name")->required();
    added->callback([&chosen, options, action] { chosen = [options, action] { return action(*options); }; });
    return added;
  };
  add("invite", "makes a one-time invitation (admins)", invite, true)
      ->add_option("--role", options->role, "caseworker, supervisor, admin, auditor, analyst or partner")
      ->capture_default_str();
  auto* grant_command = add("grant", "compares the words of an enrolled colleague's keys, then lets them open what you can open (admins)", grant, true);
  grant_command->add_option("--words", options->words, "what they read to you (else it asks on the terminal)");
  grant_command->add_option("--role", options->expected_role, "what you invited them as; needed for an admin where nobody can be asked");
  add("list", "all members with their key's words", list, false)
      ->add_flag("--json", options->json, "one JSON object a line: id, name, role, words, vouched (false: compare words, then hotline member grant)");
  add_invitation_commands(*command, chosen);
  add_account_commands(*command, chosen);
  add("remove", "takes a member's access, begins a new epoch and gives open cases new keys (admins)", remove, true);
  add("rekey", "gives open cases new keys whose keys a removed member knows: goes on where remove was interrupted (admins)", rekey, false);

  auto* enrol_command = command->add_subcommand("enrol", "accepts an invitation: makes your keys on this machine");
  options->connection.add_to(*enrol_command, false);
  enrol_command->add_option("--invitation", options->invitation, "the code you were given")->required();
  enrol_command->add_option("--passphrase-file", options->connection.passphrase_file,
                            "your new passphrase (else HOTLINE_PASSPHRASE, else the terminal)");
  enrol_command->callback([&chosen, options] { chosen = [options] { return enrol(*options); }; });
}

}  // namespace hotline::cli
