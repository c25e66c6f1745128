#include "config/clock.hpp"
#include "server/cli/case_rights.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/connection.hpp"
#include "server/cli/desk_founding.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/trust.hpp"

#include <iostream>

namespace hotline::cli {
namespace {

struct Options {
  ConnectionOptions connection;
  std::string epoch;
  std::string output;
  bool json = false;
};

int rotate(const Options& options) {
  auto connection = sign_in(options.connection);
  if (!connection) return fail(connection.error());
  const auto workplace = enter_desk(*connection, options.connection.desk_words);
  if (!workplace) return fail(workplace.error());
  const auto desk_key = workplace->keyring.desk_key(workplace->desk.desk.id);
  if (!desk_key) return fail("you do not hold the desk key, which a new epoch needs: let an admin do this");
  // Only who was let in and works on reports gets the new key: nobody vouched yet for one who has merely enrolled.
  const auto epoch = make_epoch(workplace->desk.desk.id, *desk_key, SystemClock().now(), key_holders(workplace->desk));
  if (!epoch) return fail(epoch.error());
  const auto added = connection->client.add_epoch(epoch->record, epoch->grants);
  if (!added) return fail(added.error());
  std::cout << "A new epoch has begun; reporters seal to it until " << day_text(epoch->record.not_after / 86400) << ".\n";
  return Exit::done;
}

int list(const Options& options) {
  auto connection = sign_in(options.connection);
  if (!connection) return fail(connection.error());
  const auto workplace = enter_desk(*connection, options.connection.desk_words);
  if (!workplace) return fail(workplace.error());
  for (const storage::Epoch& epoch : workplace->desk.epochs) {
    const bool holds_key = workplace->keyring.epoch(epoch.id) != nullptr;
    if (options.json) {
      std::cout << boost::json::object{{"id", to_text(epoch.id)},
                                       {"from", day_text(epoch.not_before / 86400)},
                                       {"until", day_text(epoch.not_after / 86400)},
                                       {"holds_key", holds_key}}
                << "\n";
      continue;
    }
    std::cout << to_text(epoch.id) << "  " << day_text(epoch.not_before / 86400) << " to " << day_text(epoch.not_after / 86400)
              << (holds_key ? "  you hold its key" : "") << "\n";
  }
  return Exit::done;
}

int export_identity(const Options& options) {
  auto connection = sign_in(options.connection);
  if (!connection) return fail(connection.error());
  const auto workplace = enter_desk(*connection, options.connection.desk_words);
  if (!workplace) return fail(workplace.error());
  const auto id = options.epoch.empty() && !workplace->desk.epochs.empty() ? std::optional(workplace->desk.epochs.back().id) : parse_id<EpochId>(options.epoch);
  const crypto::age::Identity* identity = id ? workplace->keyring.epoch(*id) : nullptr;
  if (identity == nullptr) return fail("you hold no key of that epoch; hotline epoch list shows which you hold");
  crypto::SecretBuffer text(std::string_view("# opens what was sealed to this epoch: keep it as you keep the reports themselves\n"));
  text.append(identity->to_text().reveal());
  text.append(std::string_view("\n"));
  if (options.output.empty()) {
    std::cout << text.reveal_text();
    return Exit::done;
  }
  const auto written = write_private_file(options.output, text.reveal());
  return written ? static_cast<int>(Exit::done) : fail(written.error());
}

}  // namespace

void add_epoch_commands(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("epoch", "the keys that reporters seal to, changed about every 30 days");
  command->require_subcommand(1);
  auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* what, int (*action)(const Options&)) {
    auto* added = command->add_subcommand(name, what);
    options->connection.add_to(*added);
    added->callback([&chosen, options, action] { chosen = [options, action] { return action(*options); }; });
    return added;
  };
  add("rotate", "begins a new epoch (admins who hold the desk key)", rotate);
  add("list", "all epochs, and which you can open", list)->add_flag("--json", options->json, "one JSON object a line: id, from, until, holds_key");
  auto* export_command = add("export-identity", "writes an epoch's key for the plain age tool", export_identity);
  export_command->add_option("--epoch", options->epoch, "id of the epoch; without it the newest");
  export_command->add_option("--output", options->output, "a new file of mode 0600; without it standard output");
}

}  // namespace hotline::cli
