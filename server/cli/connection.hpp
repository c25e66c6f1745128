#pragma once

#include "config/settings.hpp"
#include "server/cli/console_client.hpp"
#include "server/cli/keyring.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace hotline::cli {

/// How a command that acts for a member finds the desk and proves who asks: options alike on all of them.
struct ConnectionOptions {
  std::string server;            ///< URL of the console listener
  std::string config;            ///< or: settings of a database on this machine
  std::string ca_file;
  std::string member;
  std::string passphrase_file;
  std::string totp;              ///< code of an authenticator program, for a member who has one
  std::string desk_words;        ///< fingerprint words that the desk key must have; empty: not compared

  /// `with_member` false: only the way to the server.
  void add_to(CLI::App& command, bool with_member = true);
};

/// A signed-in member.
struct Connection {
  ConsoleClient client;
  MemberKeys member;
};

/// The desk as this member can trust it: fetched, its signatures checked, the member's keys opened.
struct Workplace {
  DeskView desk;
  Keyring keyring;
};
Outcome<Workplace> enter_desk(Connection& connection, const std::string& desk_words);

/// Where browsers find the console, for links: the settings' origin, or localhost at the port of the first address.
std::string console_origin(const Settings& settings);
/// The same for the desk of these options: --server as it was given, when it is a web address.
Outcome<std::string> console_origin(const ConnectionOptions& options);

Outcome<ConsoleClient> connect(const ConnectionOptions& options);
Outcome<Connection> sign_in(const ConnectionOptions& options);
/// The same for what also those may do who must add a second factor first.
Outcome<Connection> sign_in_to_enrol(const ConnectionOptions& options);

}  // namespace hotline::cli
