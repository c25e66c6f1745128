#include "config/clock.hpp"
#include "crypto/encoding.hpp"
#include "crypto/random.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/connection.hpp"
#include "server/cli/local_database.hpp"
#include "server/cli/terminal.hpp"
#include "server/console/founding.hpp"
#include "storage/key_file.hpp"
#include "storage/sqlcipher/backup.hpp"
#include "storage/wait.hpp"

#include <filesystem>
#include <iostream>

namespace hotline::cli {
namespace {

/// Settings and key: what a command on the database file needs.
struct Keyed {
  Settings settings;
  crypto::LockedKey key;
};

Outcome<Keyed> load(const std::string& settings_file) {
  auto settings = load_settings(settings_file);
  if (!settings) return settings.error();
  auto key = storage::load_key_file(settings->storage.key_file);
  if (!key) return key.error();
  return Keyed{std::move(*settings), std::move(*key)};
}

/// The key file first, then the database: whatever an earlier attempt that was cut off left behind is gone on with.
int init(const std::string& settings_file) {
  const auto settings = load_settings(settings_file);
  if (!settings) return fail(settings.error());
  const bool database_there = std::filesystem::exists(settings->storage.path);
  if (!database_there && !std::filesystem::exists(settings->storage.key_file)) {
    const auto made = storage::create_key_file(settings->storage.key_file);
    if (!made) return fail(made.error());
  }
  auto database = open_local_database(settings_file, true);
  if (!database) return fail(database.error());
  const auto desks = storage::wait_for(database->stores->desks().list());
  const std::string code = crypto::to_base64(crypto::random_secret<24>().reveal(), crypto::Base64::url_unpadded);
  const bool offered = desks && desks->empty() &&
                       storage::wait_for(database->stores->foundings().offer(console::founding_code_hash(code), SystemClock().hour() + console::founding_hours));
  database->stores->stop();
  if (!desks) return fail("the database " + settings->storage.path.string() + " cannot be read: " + desks.error().message());
  if (!desks->empty()) return fail("the database " + settings->storage.path.string() + " is there already, with a desk; nothing was lost");
  if (!offered) return fail("the database " + settings->storage.path.string() + " could not be written; is the disk full?");
  std::cout << "Database " << settings->storage.path.string() << " and key " << settings->storage.key_file.string() << " are ready.\n"
            << "Keep a copy of the key apart from the backups: without it nobody can open them.\n"
            << "Next: hotline serve --config " << settings_file << ", and found your desk in a browser by this link, once, within three days:\n"
            << console_origin(*settings) << "/#/found/" << code << "\n"
            << "Or without a browser: hotline desk create --config " << settings_file << " --name NAME --member YOU\n";
  return Exit::done;
}

int backup(const std::string& settings_file, const std::string& to) {
  const auto keyed = load(settings_file);
  if (!keyed) return fail(keyed.error());
  Outcome<void> done;
  {
    Progress progress("pages copied");
    done = storage::backup_database(keyed->settings.storage.path, keyed->key, to, [&](std::int64_t count, std::int64_t all) {
      progress.show(static_cast<std::uint64_t>(count), static_cast<std::uint64_t>(all));
    });
  }
  if (!done) return fail(done.error());
  std::cout << "Backed up to " << to << ", encrypted with the database key, and checked.\n";
  return Exit::done;
}

int restore(const std::string& settings_file, const std::string& from, bool replace) {
  const auto keyed = load(settings_file);
  if (!keyed) return fail(keyed.error());
  const auto done = storage::restore_database(from, keyed->key, keyed->settings.storage.path, replace);
  if (!done) return fail(done.error());
  std::cout << "Restored " << keyed->settings.storage.path.string() << ". Start the server: hotline serve --config " << settings_file << "\n";
  return Exit::done;
}

int check(const std::string& settings_file, const std::string& file) {
  const auto keyed = load(settings_file);
  if (!keyed) return fail(keyed.error());
  const auto report = storage::check_database(file.empty() ? keyed->settings.storage.path.string() : file, keyed->key);
  if (!report) return fail(report.error());
  std::cout << "reports " << report->reports << ", files " << report->blobs << ", answers " << report->answers << ", cases "
            << report->cases << ", events " << report->events << ", members " << report->members << "\n";
  for (const std::string& problem : report->problems) std::cout << "problem: " << problem << "\n";
  if (!report->sound()) return fail("the database has faults; keep it as it is and restore a backup beside it");
  std::cout << "sound\n";
  return Exit::done;
}

}  // namespace

void add_database_commands(CLI::App& app, Action& chosen) {
  struct Options {
    std::string config;
    std::string file;
    bool replace = false;
  };
  auto options = std::make_shared<Options>();
  const auto command = [&](const char* name, const char* what) {
    auto* added = app.add_subcommand(name, what);
    added->add_option("--config", options->config, "settings file")->required();
    return added;
  };
  command("init", "makes the database and its key file, once")->callback([&chosen, options] {
    chosen = [options] { return init(options->config); };
  });
  auto* backup_command = command("backup", "copies the database while the server runs; the copy is encrypted and checked");
  backup_command->add_option("file", options->file, "where to; must not exist yet")->required();
  backup_command->callback([&chosen, options] { chosen = [options] { return backup(options->config, options->file); }; });
  auto* restore_command = command("restore", "puts a backup in the database's place; the server must be stopped");
  restore_command->add_option("file", options->file, "the backup")->required();
  restore_command->add_flag("--replace", options->replace, "even if a database is there: it is lost");
  restore_command->callback([&chosen, options] { chosen = [options] { return restore(options->config, options->file, options->replace); }; });
  auto* check_command = command("check", "proves that the database is whole; may run beside the server");
  check_command->add_option("file", options->file, "another file of the same key, such as a backup");
  check_command->callback([&chosen, options] { chosen = [options] { return check(options->config, options->file); }; });
}

}  // namespace hotline::cli
