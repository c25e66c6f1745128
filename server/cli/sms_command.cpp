#include "server/cli/command_line.hpp"
#include "server/cli/local_database.hpp"
#include "server/cli/sms_check.hpp"
#include "server/cli/settings_option.hpp"
#include "server/cli/terminal.hpp"
#include "server/sms/gateways.hpp"
#include "storage/wait.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <iostream>

namespace hotline::cli {
namespace {

struct Options {
  SmsCheckOptions check;
  std::string gateway;
  bool json = false;
};

boost::json::object as_json(const SmsFindings& findings) {
  const auto list = [](const std::vector<std::string>& lines) { return boost::json::array(lines.begin(), lines.end()); };
  return {{"gateway", findings.gateway},       {"kind", findings.kind}, {"ok", findings.ok()},
          {"address", findings.address},       {"path_token", findings.path_token},
          {"problems", list(findings.problems)}, {"advice", list(findings.advice)}};
}

void print(const SmsFindings& findings) {
  std::cout << findings.gateway << " (" << printable(findings.kind) << "): " << (findings.ok() ? "ok" : findings.arrives ? "texts do not leave" : "texts do not arrive") << "\n"
            << "  address at the gateway: " << printable(findings.address) << (findings.path_token ? "/PATH_TOKEN" : "") << "\n";
  for (const std::string& line : findings.problems) std::cout << "  wrong: " << printable(line) << "\n";
  for (const std::string& line : findings.advice) std::cout << "  note: " << printable(line) << "\n";
}

Outcome<crypto::LockedKey> check_key(const std::string& settings_file) {
  auto database = open_local_database(settings_file);
  if (!database) return database.error();
  auto key = storage::wait_for(database->stores->server_key("sms-check"));
  database->stores->stop();
  if (!key) return Problem{"the database could not be read: " + key.error().message()};
  return std::move(*key);
}

int check(const Options& options) {
  const auto settings = load_settings(options.check.config);
  if (!settings) return fail(settings.error());
  if (settings->sms.empty()) return fail(options.check.config + " has no [sms.NAME]; docs/gateways.md tells how to set one up");
  const auto gateways = sms::Gateways::create(settings->sms);
  if (!gateways) return fail(gateways.error());
  if (!options.gateway.empty() && std::ranges::none_of(settings->sms, [&](const SmsSettings& one) { return one.name == options.gateway; })) {
    return fail(options.check.config + " has no [sms." + options.gateway + "]");
  }
  auto key = check_key(options.check.config);
  if (!key) return fail(key.error());
  const sms::CheckProof proof(std::move(*key));
  bool all_ok = true;
  for (const SmsSettings& one : settings->sms) {
    if (!options.gateway.empty() && one.name != options.gateway) continue;
    const sms::Gateway* gateway = gateways->find(one.name);
    if (gateway == nullptr) {
      // A link to an operator has no address to be asked at: the running server says in its log how it stands.
      if (!options.json) std::cout << one.name << " (SMPP): not checked; the server's log tells whether the link is up\n";
      continue;
    }
    const SmsFindings findings = check_gateway(*settings, one, *gateway, proof, options.check);
    if (options.json) {
      std::cout << as_json(findings) << "\n";
    } else {
      print(findings);
    }
    all_ok = all_ok && findings.ok();
  }
  return all_ok ? Exit::done : Exit::failed;
}

}  // namespace

void add_sms_commands(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("sms", "the gateways that texts come through");
  command->require_subcommand(1);
  auto options = std::make_shared<Options>();
  options->check.config = standard_settings_file;
  auto* check_command = command->add_subcommand("check", "sends a signed check through each gateway's public address; nothing is stored");
  check_command->add_option("--config", options->check.config, "settings file of the running server")->capture_default_str();
  check_command->add_option("--gateway", options->gateway, "only [sms.NAME]");
  check_command->add_option("--ca-file", options->check.ca_file, "authority to trust for https besides the system's, PEM");
  check_command->add_flag("--json", options->json, "one JSON object a line");
  check_command->callback([&chosen, options] { chosen = [options] { return check(*options); }; });
}

}  // namespace hotline::cli
