#include "config/clock.hpp"
#include "crypto/fingerprint.hpp"
#include "crypto/random.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/desk_founding.hpp"
#include "server/cli/local_database.hpp"
#include "server/cli/settings_option.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/trust.hpp"
#include "storage/wait.hpp"

#include <boost/json.hpp>

#include <iostream>
#include <optional>

namespace hotline::cli {
namespace {

struct Options {
  std::string config = standard_settings_file;
  std::string name;
  std::string member;
  std::string passphrase_file;
  bool demo = false;
  bool json = false;
};

/// Founds a desk: its key, its first admin, its first epoch, in one commit.
int create(const Options& options) {
  // Before root goes on as the database's owner, who may not read the file.
  std::optional<crypto::SecretBuffer> given;
  const auto ask = [&]() -> Outcome<void> {
    auto read = read_passphrase(options.passphrase_file, "New passphrase of " + options.member, true);
    if (!read) return read.error();
    given = std::move(*read);
    return {};
  };
  if (!options.passphrase_file.empty()) {
    if (const auto asked = ask(); !asked) return fail(asked.error());
  }
  auto database = open_local_database(options.config);
  if (!database) return fail(database.error());
  if (!given) {
    if (const auto asked = ask(); !asked) return fail(asked.error());
  }
  const SystemClock clock;
  storage::Stores& stores = *database->stores;

  const auto desk_seed = crypto::random_secret<32>();
  const auto desk_key = crypto::SigningKey::from_seed(desk_seed);
  const storage::Desk desk{crypto::random_id<DeskId>(), options.name, desk_key.public_key(), options.demo};
  auto admin = make_member(options.member, desk.id, storage::Role::admin, *given, clock.day());
  if (!admin) return fail(admin.error());
  const auto voucher = vouch_for(admin->record, desk_key);
  if (!voucher) return fail(voucher.error());
  admin->record.voucher.assign(voucher->begin(), voucher->end());
  auto epoch = make_epoch(desk.id, desk_key, clock.now(), std::span(&admin->record, 1));
  if (!epoch) return fail(epoch.error());
  auto key_grant = make_grant(storage::ScopeKind::desk_key, desk.id.bytes, desk_seed.reveal(), admin->record);
  if (!key_grant) return fail(key_grant.error());
  epoch->grants.push_back(std::move(*key_grant));

  if (storage::wait_for(stores.members().find(options.member))) return fail("a member of that name is there already; choose another --member");
  const auto done = storage::wait_for(stores.foundings().found({desk, admin->record, epoch->record, std::move(epoch->grants)}));
  if (!done && done.error() == Errc::conflict) return fail("a desk of that name is there already; hotline desk list shows them");
  if (!done) return fail("the database could not be written: " + done.error().message());

  std::cout << "Desk " << options.name << " is ready; its admin is " << options.member << ".\n"
            << "Desk key, to print where reporters can compare it: " << crypto::fingerprint_words(desk_key.public_key()) << "\n"
            << "Recovery code of " << options.member << ", for paper, shown once: " << admin->recovery_code.reveal_text() << "\n";
  return Exit::done;
}

int list(const Options& options) {
  auto database = open_local_database(options.config);
  if (!database) return fail(database.error());
  const auto desks = storage::wait_for(database->stores->desks().list());
  if (!desks) return fail("the database could not be read: " + desks.error().message());
  for (const storage::Desk& desk : *desks) {
    const auto epochs = storage::wait_for(database->stores->desks().epochs(desk.id));
    if (!epochs) return fail("the database could not be read: " + epochs.error().message());
    if (options.json) {
      std::cout << boost::json::object{{"id", to_text(desk.id)},
                                       {"name", desk.name},
                                       {"demo", desk.demo},
                                       {"desk_key", crypto::fingerprint_words(desk.desk_key)},
                                       {"epoch_until", epochs->empty() ? boost::json::value() : boost::json::value(day_text(epochs->back().not_after / 86400))}}
                << "\n";
      continue;
    }
    std::cout << desk.name << (desk.demo ? "  (demo)" : "") << "\n  id       " << to_text(desk.id) << "\n  desk key "
              << crypto::fingerprint_words(desk.desk_key) << "\n";
    if (!epochs->empty()) std::cout << "  epoch    until " << day_text(epochs->back().not_after / 86400) << "\n";
  }
  if (desks->empty() && !options.json) std::cout << "No desk yet: hotline desk create --config " << options.config << " --name NAME --member YOU\n";
  return Exit::done;
}

}  // namespace

void add_desk_commands(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("desk", "the desks that receive reports");
  command->require_subcommand(1);
  auto options = std::make_shared<Options>();
  auto* create_command = command->add_subcommand("create", "founds a desk with its key, its first admin and its first epoch");
  create_command->add_option("--config", options->config, "settings file")->capture_default_str();
  create_command->add_option("--name", options->name, "what reporters see")->required();
  create_command->add_option("--member", options->member, "name of the first admin")->required();
  create_command->add_option("--passphrase-file", options->passphrase_file, "the admin's new passphrase (else HOTLINE_PASSPHRASE, else the terminal)");
  create_command->add_flag("--demo", options->demo, "for trying out: every page says that nobody reads it");
  create_command->callback([&chosen, options] { chosen = [options] { return create(*options); }; });
  auto* list_command = command->add_subcommand("list", "their names, ids and desk keys; [[desk]] in the settings takes the name as it stands here");
  list_command->add_option("--config", options->config, "settings file")->capture_default_str();
  list_command->add_flag("--json", options->json, "one JSON object a line: id, name, demo, desk_key (its words), epoch_until");
  list_command->callback([&chosen, options] { chosen = [options] { return list(*options); }; });
}

}  // namespace hotline::cli
