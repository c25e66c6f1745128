// hotline member invitations, withdraw: what was offered and not taken yet.
#include "server/cli/case_desk.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/connection.hpp"
#include "server/cli/terminal.hpp"
#include "server/console/records.hpp"

#include <algorithm>
#include <iostream>

namespace hotline::cli {
namespace {

namespace json = boost::json;

struct Options {
  ConnectionOptions connection;
  std::string name;
  bool json = false;
};

std::string inviter(const storage::Invitation& invitation, const DeskView& desk) {
  const auto found = std::ranges::find(desk.members, invitation.invited_by, &storage::Member::id);
  return found == desk.members.end() ? std::string("somebody of before") : found->name;
}

int list(const Options& options) {
  auto connection = sign_in(options.connection);
  if (!connection) return fail(connection.error());
  const auto place = enter_desk(*connection, options.connection.desk_words);
  if (!place) return fail(place.error());
  const auto waiting = connection->client.invitations();
  if (!waiting) return fail(waiting.error());
  for (const storage::Invitation& entry : *waiting) {
    if (options.json) {
      std::cout << json::object{{"id", to_text(entry.id)},
                                {"name", entry.name},
                                {"role", console::role_name(entry.role)},
                                {"invited_by", inviter(entry, place->desk)},
                                {"made", hour_text(entry.made_hour)},
                                {"until", hour_text(entry.expiry_hour)}}
                << "\n";
    } else {
      std::cout << printable(entry.name + "  " + std::string(console::role_name(entry.role)) + "  by " + inviter(entry, place->desk) + " at " +
                             hour_text(entry.made_hour) + ", until " + hour_text(entry.expiry_hour))
                << "\n";
    }
  }
  if (waiting->empty() && !options.json) std::cout << "No invitation is waiting.\n";
  return Exit::done;
}

int withdraw(const Options& options) {
  auto connection = sign_in(options.connection);
  if (!connection) return fail(connection.error());
  const auto waiting = connection->client.invitations();
  if (!waiting) return fail(waiting.error());
  const auto found = std::ranges::find(*waiting, options.name, &storage::Invitation::name);
  if (found == waiting->end()) return fail("no invitation of that name is waiting; hotline member invitations shows them");
  const auto done = connection->client.withdraw(found->id);
  if (!done) return fail(done.error());
  std::cout << "The invitation of " << options.name << " is withdrawn: its code is of no use any more.\n";
  return Exit::done;
}

}  // namespace

void add_invitation_commands(CLI::App& member_command, Action& chosen) {
  auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* what, int (*action)(const Options&)) {
    auto* added = member_command.add_subcommand(name, what);
    options->connection.add_to(*added);
    added->callback([&chosen, options, action] { chosen = [options, action] { return action(*options); }; });
    return added;
  };
  add("invitations", "invitations that wait: who made them, for whom, until when (admins)", list)
      ->add_flag("--json", options->json, "one JSON object a line: id, name, role, invited_by, made, until");
  add("withdraw", "takes an invitation back: its code is of no use any more (admins)", withdraw)
      ->add_option("name", options->name, "the name that was invited")
      ->required();
}

}  // namespace hotline::cli
