#include "server/calling/calling.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/settings_option.hpp"
#include "server/cli/terminal.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace hotline::cli {
namespace {

struct Options {
  std::string config = standard_settings_file;
  bool json = false;
};

/// How an entry is told from the others, without what would let somebody call in its name.
std::string shown(const CallSettings& call) {
  const std::string_view address = call.address.reveal();
  switch (call.way) {
    case CallSettings::Way::email: return "email " + std::string(address);
    case CallSettings::Way::webhook: return "webhook " + std::string(address.substr(0, address.find_first_of("/?#", address.find("://") + 3)));
    case CallSettings::Way::ntfy: break;
  }
  return "ntfy " + std::string(address.substr(0, address.find_first_of("/?#", address.find("://") + 3)));
}

void print(const Options& options, std::size_t number, const std::string& who, const calling::Delivery& delivery) {
  const bool ok = delivery.kind == calling::Delivery::Kind::sent;
  if (options.json) {
    std::cout << boost::json::object{{"entry", number}, {"to", who}, {"ok", ok}, {"advice", delivery.advice}} << "\n";
    return;
  }
  std::cout << number << " " << printable(who) << ": " << (ok ? "taken" : delivery.kind == calling::Delivery::Kind::perhaps ? "perhaps taken" : "not taken") << "\n";
  if (!ok) std::cout << "  wrong: " << printable(delivery.advice) << "\n";
}

int test(const Options& options) {
  const auto settings = load_settings(options.config);
  if (!settings) return fail(settings.error());
  if (settings->calls.empty()) return fail(options.config + " has no [[call]]; docs/operations.md tells how to set one up");
  const SystemClock clock;
  const std::string& console = settings->console_listener.origin;
  bool all_ok = true;
  std::size_t number = 0;
  for (const CallSettings& call : settings->calls) {
    ++number;
    auto entry = calling::make_entry(*settings, call, clock, settings->limits);
    calling::Delivery delivery;
    if (entry) {
      delivery = entry->sender->send(calling::call_message(entry->language, calling::Grade::test, console), {});
    } else {
      delivery.advice = entry.error().line;
    }
    print(options, number, shown(call), delivery);
    all_ok = all_ok && delivery.kind == calling::Delivery::Kind::sent;
  }
  if (!options.json && console.empty()) std::cout << "note: set origin in [console], so that calls name the console's address\n";
  if (!options.json && all_ok) std::cout << "note: taken is not yet arrived; ask each of them whether it did\n";
  // The unit limits the service, not this command: a test that goes through says nothing about that.
  if (!options.json && all_ok) std::cout << "note: this test left by itself; where the unit holds the service back, its log says network_of_this_machine_alone\n";
  return all_ok ? Exit::done : Exit::failed;
}

}  // namespace

void add_call_commands(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("call", "who is called when something urgent comes");
  command->require_subcommand(1);
  auto options = std::make_shared<Options>();
  auto* test_command = command->add_subcommand("test", "sends a test through each [[call]] of the settings, and says what to change");
  test_command->add_option("--config", options->config, "settings file of the server")->capture_default_str();
  test_command->add_flag("--json", options->json, "one JSON object a line");
  test_command->callback([&chosen, options] { chosen = [options] { return test(*options); }; });
}

}  // namespace hotline::cli
