#include "server/cli/connection.hpp"

#include "server/cli/local_transport.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/trust.hpp"

#include <algorithm>
#include <optional>

namespace hotline::cli {

void ConnectionOptions::add_to(CLI::App& command, bool with_member) {
  auto* where = command.add_option_group("where", "where the desk is: one of");
  where->add_option("--server", server, "URL of the console listener: https://…, http://127.0.0.1:8081 or unix:/path");
  where->add_option("--config", config, "settings file of a database on this machine");
  where->require_option(1);
  command.add_option("--ca-file", ca_file, "authority to trust for https besides the system's, PEM");
  if (!with_member) return;
  command.add_option("--member", member, "your name at the desk")->required();
  command.add_option("--desk-key", desk_words, "the desk key's eight words as printed: refuses a server with another key");
  command.add_option("--passphrase-file", passphrase_file, "read the passphrase from this file (else HOTLINE_PASSPHRASE, else the terminal)");
  command.add_option("--totp", totp, "the code that your authenticator program shows (else HOTLINE_TOTP, else the terminal); each is good once");
}

std::string console_origin(const Settings& settings) {
  const ConsoleSettings& console = settings.console_listener;
  if (!console.origin.empty()) return console.origin;
  const auto found = std::ranges::find_if(console.listen, [](const ListenAddress& address) { return !address.is_unix(); });
  const std::string host = console.tls ? "https://localhost" : "http://localhost";
  return found == console.listen.end() || found->port == 0 ? host : host + ":" + std::to_string(found->port);
}

Outcome<std::string> console_origin(const ConnectionOptions& options) {
  if (options.server.empty()) {
    const auto settings = load_settings(options.config);
    if (!settings) return settings.error();
    return console_origin(*settings);
  }
  std::string origin = options.server;
  while (!origin.empty() && origin.back() == '/') origin.pop_back();
  return origin.starts_with("http") ? origin : std::string("ADDRESS-OF-THE-CONSOLE");
}

Outcome<ConsoleClient> connect(const ConnectionOptions& options) {
  auto transport = options.server.empty() ? open_local_console(options.config) : connect_to_server(options.server, options.ca_file);
  if (!transport) return transport.error();
  return ConsoleClient(std::move(*transport));
}

Outcome<Connection> sign_in_to_enrol(const ConnectionOptions& options) {
  const auto ask = [&] { return read_passphrase(options.passphrase_file, "Passphrase of " + options.member); };
  // A file is read before root goes on as the database's owner, who may not read it.
  std::optional<Outcome<crypto::SecretBuffer>> from_file;
  if (!options.passphrase_file.empty()) {
    from_file = ask();
    if (!*from_file) return from_file->error();
  }
  auto client = connect(options);
  if (!client) return client.error();
  const auto passphrase = from_file ? std::move(*from_file) : ask();
  if (!passphrase) return passphrase.error();
  auto member = client->sign_in(options.member, *passphrase, [&] { return read_code(options.totp, "Code of " + options.member); });
  if (!member) return member.error();
  return Connection{std::move(*client), std::move(*member)};
}

Outcome<Connection> sign_in(const ConnectionOptions& options) {
  auto connection = sign_in_to_enrol(options);
  if (connection && connection->member.must_enrol) {
    return Problem{"this desk requires a second factor and you have none yet; add one with hotline member second-factor"};
  }
  return connection;
}

Outcome<Workplace> enter_desk(Connection& connection, const std::string& desk_words) {
  auto desk = connection.client.desk(connection.member.member.desk);
  if (!desk) return desk.error();
  const auto grants = connection.client.grants();
  if (!grants) return grants.error();
  auto keyring = Keyring::open(connection.member, *grants);
  const auto trusted = check_desk(*desk, keyring, desk_words);
  if (!trusted) return trusted.error();
  desk->vouched = vouched_authors(*desk);
  return Workplace{std::move(*desk), std::move(keyring)};
}

}  // namespace hotline::cli
