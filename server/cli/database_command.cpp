#include "config/clock.hpp"
#include "crypto/encoding.hpp"
#include "crypto/random.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/connection.hpp"
#include "server/cli/keyed_settings.hpp"
#include "server/cli/local_database.hpp"
#include "server/cli/service_user.hpp"
#include "server/cli/settings_option.hpp"
#include "server/cli/terminal.hpp"
#include "server/console/founding.hpp"
#include "storage/backup_seal.hpp"
#include "storage/key_file.hpp"
#include "storage/sqlcipher/backup.hpp"
#include "storage/wait.hpp"

#include <boost/json.hpp>

#include <filesystem>
#include <iostream>

namespace hotline::cli {
namespace {

/// The key file first, then the database: whatever an earlier attempt that was cut off left behind is gone on with. Of an
/// encrypted key there is no other one made: opening the database says how to be handed it.
int init(const std::string& settings_file) {
  const auto settings = load_settings(settings_file);
  if (!settings) return fail(settings.error());
  const bool database_there = std::filesystem::exists(settings->storage.path);
  if (!database_there && !storage::key_is_there(settings->storage.key_file)) {
    const auto made = make_database_key(*settings);
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
  const std::string named = settings_file == standard_settings_file ? "" : " --config " + settings_file;
  std::cout << "Database " << settings->storage.path.string() << " and key " << settings->storage.key_file.string() << " are ready.\n"
            << "Keep a copy of the key apart from the backups: without it nobody can open them.\n"
            << "Next: " << (named.empty() ? "systemctl start hotline" : "hotline serve" + named) << ", and found your desk in a browser by this link, once, within three days:\n"
            << console_origin(*settings) << "/#/found/" << code << "\n"
            << "Or without a browser: hotline desk create" << named << " --name NAME --member YOU\n";
  return Exit::done;
}

int check(const std::string& settings_file, const std::string& file, bool as_json) {
  const auto keyed = load_keyed_settings(settings_file);
  if (!keyed) return fail(keyed.error());
  if (!file.empty() && storage::is_sealed_backup(file)) {
    return fail(file + " is a sealed backup: prove it with  hotline restore --verify  and the backup identity");
  }
  const auto report = storage::check_database(file.empty() ? keyed->settings.storage.path.string() : file, keyed->key);
  if (!report) return fail(report.error());
  if (as_json) {
    std::cout << boost::json::object{{"sound", report->sound()},
                                     {"reports", report->reports},
                                     {"files", report->blobs},
                                     {"answers", report->answers},
                                     {"cases", report->cases},
                                     {"events", report->events},
                                     {"activity", report->activity},
                                     {"members", report->members},
                                     {"problems", boost::json::array(report->problems.begin(), report->problems.end())}}
              << "\n";
    return report->sound() ? static_cast<int>(Exit::done) : fail("the database has faults; keep it as it is and restore a backup beside it");
  }
  std::cout << counts_line(*report) << "\n";
  for (const std::string& problem : report->problems) std::cout << "problem: " << problem << "\n";
  if (!report->sound()) return fail("the database has faults; keep it as it is and restore a backup to another path: name a copy of the settings with another [storage] path by --config");
  std::cout << "sound\n";
  return Exit::done;
}

}  // namespace

void add_database_commands(CLI::App& app, Action& chosen) {
  struct Options {
    std::string config = standard_settings_file;
    std::string file;
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  const auto command = [&](const char* name, const char* what) {
    auto* added = app.add_subcommand(name, what);
    added->add_option("--config", options->config, "settings file")->capture_default_str();
    return added;
  };
  command("init", "makes the database and its key file, and prints the link by which the desk is founded; run again: a new link")->callback([&chosen, options] {
    chosen = [options] { return init(options->config); };
  });
  auto* check_command = command("check", "proves that the database is whole; may run beside the server");
  check_command->add_option("file", options->file, "another file of the same key, such as a backup");
  check_command->add_flag("--json", options->json, "one JSON object: sound, reports, files, answers, cases, events, activity, members, problems");
  check_command->callback([&chosen, options] { chosen = [options] { return check(options->config, options->file, options->json); }; });
}

}  // namespace hotline::cli
