#include "crypto/member_keys.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/connection.hpp"
#include "server/cli/terminal.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace hotline::cli {
namespace {

struct Options {
  ConnectionOptions connection;
  std::string name;
  std::string new_passphrase_file;
  std::string code_file;
  std::string code;
  std::string next_code;
};

/// HOTLINE_PASSPHRASE was for the question before this one.
Outcome<crypto::SecretBuffer> read_next(const std::string& file, const std::string& prompt, bool twice) {
  ::unsetenv("HOTLINE_PASSPHRASE");
  return read_passphrase(file, prompt, twice);
}

int passphrase(const Options& options) {
  const auto old = read_passphrase(options.connection.passphrase_file, "Passphrase of " + options.connection.member);
  if (!old) return fail(old.error());
  auto given = read_passphrase_file(options.new_passphrase_file);
  if (!given) return fail(given.error());
  auto client = connect(options.connection);
  if (!client) return fail(client.error());
  const auto member = client->sign_in(options.connection.member, *old, [&] { return read_code(options.connection.totp, "Code of " + options.connection.member); });
  if (!member) return fail(member.error());
  const auto fresh = *given ? Outcome<crypto::SecretBuffer>(std::move(**given)) : read_next({}, "New passphrase of " + options.connection.member, true);
  if (!fresh) return fail(fresh.error());
  const auto changed = client->change_passphrase(*member, *old, *fresh);
  if (!changed) return fail(changed.error());
  std::cout << "The passphrase is changed, and your other sessions have ended. Your paper code stays good.\n";
  return Exit::done;
}

int recovery_code(const Options& options) {
  const std::string& name = options.connection.member;
  const auto passphrase = read_passphrase(options.connection.passphrase_file, "Passphrase of " + name);
  if (!passphrase) return fail(passphrase.error());
  auto client = connect(options.connection);
  if (!client) return fail(client.error());
  const auto member = client->sign_in(name, *passphrase, [&] { return read_code(options.connection.totp, "Code of " + name); });
  if (!member) return fail(member.error());
  const auto fresh = client->renew_paper_code(*member, *passphrase, [&] {
    // A code is good once, and the first one has signed in.
    ::unsetenv("HOTLINE_TOTP");
    return read_code(options.next_code, "The next code that your program shows");
  });
  if (!fresh) return fail(fresh.error());
  std::cout << "New recovery code of " << name << ", for paper, shown once: " << fresh->reveal_text() << "\n"
            << "The old code is of no use any more: destroy its sheet.\n";
  return Exit::done;
}

int recover(const Options& options) {
  const auto fresh = read_passphrase(options.connection.passphrase_file, "New passphrase of " + options.name, true);
  if (!fresh) return fail(fresh.error());
  const auto typed = read_next(options.code_file, "Recovery code of " + options.name, false);
  if (!typed) return fail(typed.error());
  const auto code = crypto::RecoveryCode::parse(typed->reveal_text());
  if (!code) return fail("this is no recovery code: it has eight groups of four, and one of them was misread; look again");
  auto client = connect(options.connection);
  if (!client) return fail(client.error());
  const auto next = client->recover(options.name, *code, *fresh);
  if (!next) return fail(next.error());
  std::cout << "The passphrase of " << options.name << " is new. All sessions have ended, and second factors are gone: add one at the next sign-in.\n"
            << "New recovery code, for paper, shown once; the old one is of no use any more: " << next->reveal_text() << "\n";
  return Exit::done;
}

/// Two rows of modules a line, dark on light, with the quiet zone.
std::string drawn(const std::vector<std::string>& rows) {
  const auto dark = [&](std::size_t y, std::size_t x) { return y >= 2 && y < rows.size() + 2 && x >= 2 && x < rows.size() + 2 && rows[y - 2][x - 2] == '1'; };
  std::string text;
  for (std::size_t y = 0; y < rows.size() + 4; y += 2) {
    for (std::size_t x = 0; x < rows.size() + 4; ++x) {
      const bool above = dark(y, x);
      const bool below = dark(y + 1, x);
      text += above ? (below ? " " : "\u2584") : (below ? "\u2580" : "\u2588");
    }
    text += "\n";
  }
  return text;
}

int second_factor(const Options& options) {
  auto connection = sign_in_to_enrol(options.connection);
  if (!connection) return fail(connection.error());
  if (options.code.empty()) {
    const auto made = connection->client.begin_totp();
    if (!made) return fail(made.error());
    std::cout << drawn(made->qr) << "Scan this with your authenticator program, or type the secret there: " << printable(made->secret) << "\n" << printable(made->uri) << "\n" << std::flush;
    ::unsetenv("HOTLINE_TOTP");
    const auto code = read_code({}, "The code that it shows now");
    if (!code) {
      std::cout << "Then, within ten minutes: hotline member second-factor --confirm CODE\n";
      return Exit::done;
    }
    const auto confirmed = connection->client.confirm_totp(*code);
    if (!confirmed) return fail(confirmed.error());
  } else {
    const auto confirmed = connection->client.confirm_totp(options.code);
    if (!confirmed) return fail(confirmed.error());
  }
  std::cout << "The second factor is active: signing in asks for a code from now on.\n";
  return Exit::done;
}

int reset(const Options& options) {
  auto connection = sign_in(options.connection);
  if (!connection) return fail(connection.error());
  const auto workplace = enter_desk(*connection, options.connection.desk_words);
  if (!workplace) return fail(workplace.error());
  const auto found = std::ranges::find(workplace->desk.members, options.name, &storage::Member::name);
  if (found == workplace->desk.members.end()) return fail("no member of that name; hotline member list shows them");
  const auto done = connection->client.reset_second_factors(found->id);
  if (!done) return fail(done.error());
  std::cout << options.name << " has no second factor any more, and is signed out. Be sure that it was really they who asked.\n";
  return Exit::done;
}

}  // namespace

void add_account_commands(CLI::App& member_command, Action& chosen) {
  auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* what, int (*action)(const Options&), bool with_member) {
    auto* added = member_command.add_subcommand(name, what);
    options->connection.add_to(*added, with_member);
    added->callback([&chosen, options, action] { chosen = [options, action] { return action(*options); }; });
    return added;
  };
  add("passphrase", "changes your passphrase; your other sessions end", passphrase, true)
      ->add_option("--new-passphrase-file", options->new_passphrase_file, "read the new passphrase from this file (else the terminal)");
  add("recovery-code", "makes a new recovery code for paper; the old one ends", recovery_code, true)
      ->add_option("--next-totp", options->next_code, "another code of your authenticator program than --totp (else the terminal)");
  auto* recover_command = add("recover", "sets a new passphrase by the recovery code on paper", recover, false);
  recover_command->add_option("name", options->name, "your name at the desk")->required();
  recover_command->add_option("--recovery-code-file", options->code_file, "read the recovery code from this file (else the terminal)");
  recover_command->add_option("--passphrase-file", options->connection.passphrase_file,
                              "your new passphrase (else HOTLINE_PASSPHRASE, else the terminal)");
  add("second-factor", "adds an authenticator program as your second factor", second_factor, true)
      ->add_option("--confirm", options->code, "a code of the secret that was shown before");
  add("reset-second-factor", "takes the second factors of a colleague who lost theirs, and signs them out (admins)", reset, true)
      ->add_option("name", options->name, "the colleague's name")
      ->required();
}

}  // namespace hotline::cli
