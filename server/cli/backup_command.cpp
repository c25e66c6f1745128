// hotline backup, restore, backup-key: copies of the database, and whom they are sealed to.
#include "config/clock.hpp"
#include "server/cli/backup_folder.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/identity_file.hpp"
#include "server/cli/keyed_settings.hpp"
#include "server/cli/settings_option.hpp"
#include "server/cli/terminal.hpp"
#include "storage/last_backup.hpp"
#include "storage/private_file.hpp"

#include <filesystem>
#include <iostream>

namespace hotline::cli {
namespace {

namespace age = crypto::age;

struct Options {
  std::string config = standard_settings_file;
  std::string file;
  std::vector<std::string> identities;
  std::size_t keep = 0;
  bool replace = false;
  bool verify = false;
};

Outcome<std::vector<age::Recipient>> recipients_of(const BackupSettings& settings) {
  std::vector<age::Recipient> recipients;
  for (const std::string& text : settings.recipients) {
    auto recipient = age::Recipient::parse(text);
    if (!recipient) return Problem{"a recipient of [backup] is damaged: put in what  hotline backup-key  printed, all 1,959 characters"};
    recipients.push_back(std::move(*recipient));
  }
  return recipients;
}

int backup(const Options& options) {
  const auto keyed = load_keyed_settings(options.config);
  if (!keyed) return fail(keyed.error());
  const auto recipients = recipients_of(keyed->settings.backup);
  if (!recipients) return fail(recipients.error());
  const bool into_folder = std::filesystem::is_directory(options.file);
  if (options.keep != 0 && !into_folder) {
    return misuse("--keep is for a folder of backups: name the folder instead of a file");
  }
  const std::int64_t now = SystemClock().now();
  const std::string to = into_folder ? new_backup_in(options.file, now, !recipients->empty()) : options.file;
  // First, since it may take the room that this one needs.
  const auto cleared = into_folder ? remove_cut_short(options.file, now) : Outcome<std::size_t>(std::size_t{0});
  Outcome<void> done;
  {
    Progress progress("pages copied");
    done = storage::backup_database(keyed->settings.storage.path, keyed->key, to, [&](std::int64_t count, std::int64_t all) {
      progress.show(static_cast<std::uint64_t>(count), static_cast<std::uint64_t>(all));
    }, *recipients, keyed->settings.limits.disk_reserve_bytes);
  }
  if (!done) return fail(done.error());
  const auto remembered =
      storage::remember_backup(keyed->settings.storage.path, {SystemClock().now(), std::filesystem::absolute(to).string()});
  std::cout << "Backed up to " << to << ", "
            << (recipients->empty() ? "encrypted with the database key" : "sealed to the recipients of [backup], and inside with the database key")
            << ", and checked.\n";
  // The backup is there, and older ones must still make room.
  if (!remembered) std::cerr << "hotline: the backup is made, but hotline status will not know of it: " << remembered.error().line << "\n";
  if (!cleared) return fail(cleared.error());
  if (*cleared != 0) std::cout << "Removed what backups that were cut short had left: " << *cleared << (*cleared == 1 ? " file.\n" : " files.\n");
  if (options.keep == 0) return Exit::done;
  const auto removed = remove_older_backups(options.file, options.keep, to);
  if (!removed) return fail(removed.error());
  if (*removed != 0) std::cout << "Removed older backups: " << *removed << ".\n";
  return Exit::done;
}

Outcome<std::vector<age::Identity>> identities_of(const std::vector<std::string>& files) {
  std::vector<age::Identity> identities;
  for (const std::string& file : files) {
    auto read = read_identity_file(file, 0);
    if (!read) return read.error();
    for (age::Identity& identity : *read) identities.push_back(std::move(identity));
  }
  return identities;
}

int verify(const Options& options, const KeyedSettings& keyed, const std::vector<age::Identity>& identities) {
  const auto report = storage::verify_backup(options.file, keyed.key, storage::verify_path(keyed.settings.storage.path.string()), identities,
                                             keyed.settings.limits.disk_reserve_bytes);
  if (!report) return fail(report.error());
  if (!report->sound()) {
    for (const std::string& problem : report->problems) std::cout << "problem: " << problem << "\n";
    return fail("the backup " + options.file + " is damaged; use another one");
  }
  std::cout << counts_line(*report) << "\nThe backup can be restored. Nothing was changed.\n";
  return Exit::done;
}

int restore(const Options& options) {
  // Before root goes on as the database's owner, who may not read them.
  const auto identities = identities_of(options.identities);
  if (!identities) return fail(identities.error());
  const auto keyed = load_keyed_settings(options.config);
  if (!keyed) return fail(keyed.error());
  if (options.verify) return verify(options, *keyed, *identities);
  const auto done = storage::restore_database(options.file, keyed->key, keyed->settings.storage.path, options.replace, *identities);
  if (!done) return fail(done.error());
  std::cout << "Restored " << keyed->settings.storage.path.string() << ". Start the server: "
            << (options.config == standard_settings_file ? "systemctl start hotline" : "hotline serve --config " + options.config) << "\n";
  return Exit::done;
}

int make_key(const Options& options) {
  const auto identity = age::Identity::generate();
  const std::string recipient = identity.recipient().to_text();
  crypto::SecretBuffer text;
  text.append(as_bytes("# Identity of backups: opens them, with the database key. Keep it offline.\n"));
  text.append(identity.to_text().reveal());
  text.append(as_bytes("\n"));
  const auto written = storage::write_private_file(options.file, text.reveal(), "backup identity");
  if (!written) return fail(written.error());
  std::cerr << "The backup identity is in " << options.file << ". Move it off this machine, and keep it where the database key is not.\n"
            << "Into the settings:\n";
  std::cout << "[backup]\nrecipient = \"" << recipient << "\"\n";
  return Exit::done;
}

}  // namespace

void add_backup_commands(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<Options>();
  const auto config = [&](CLI::App& command) { command.add_option("--config", options->config, "settings file")->capture_default_str(); };

  auto* backup_command = app.add_subcommand("backup", "copies the database while the server runs; the copy is encrypted, sealed to [backup] recipient, and checked");
  config(*backup_command);
  backup_command->add_option("file", options->file, "where to: a file that does not exist yet, or a folder")->required();
  backup_command->add_option("--keep", options->keep, "in a folder: how many backups stay; older ones are removed")->check(CLI::Range(1, 100'000));
  backup_command->callback([&chosen, options] { chosen = [options] { return backup(*options); }; });

  auto* restore_command = app.add_subcommand("restore", "puts a backup in the database's place; the server must be stopped");
  config(*restore_command);
  restore_command->add_option("file", options->file, "the backup")->required();
  restore_command->add_option("--identity", options->identities, "file of the backup identity, for a sealed backup; - is standard input");
  auto* replace = restore_command->add_flag("--replace", options->replace, "even if a database is there: it is lost");
  restore_command->add_flag("--verify", options->verify, "only prove that it can be restored; a server may run meanwhile")->excludes(replace);
  restore_command->callback([&chosen, options] { chosen = [options] { return restore(*options); }; });

  auto* key_command = app.add_subcommand("backup-key", "makes the identity that opens sealed backups, and prints the recipient for [backup]");
  key_command->add_option("file", options->file, "where the identity goes; must not exist yet")->required();
  key_command->callback([&chosen, options] { chosen = [options] { return make_key(*options); }; });
}

}  // namespace hotline::cli
