#include "server/cli/command_line.hpp"
#include "server/cli/connection.hpp"
#include "server/cli/terminal.hpp"
#include "server/console/json.hpp"

#include <algorithm>
#include <iostream>

namespace hotline::cli {
namespace {

struct Options {
  ConnectionOptions connection;
  std::string id;
  std::string of;
  bool json = false;
};

int list(const Options& options) {
  auto connection = sign_in(options.connection);
  if (!connection) return fail(connection.error());
  const auto answer = connection->client.sessions();
  if (!answer) return fail(answer.error());
  const boost::json::value* sessions = answer->is_object() ? answer->get_object().if_contains("sessions") : nullptr;
  if (sessions == nullptr || !sessions->is_array()) return fail("the server's answer makes no sense: is it a Hotline of the same version?");
  for (const boost::json::value& entry : sessions->get_array()) {
    if (!entry.is_object()) continue;
    const boost::json::object& session = entry.get_object();
    const auto id = console::id_field<SessionId>(session, "id");
    const auto client = console::text_field(session, "client", 32);
    const auto begun = console::number_field(session, "begun_hour", 0, 1'000'000'000);
    const auto seen = console::number_field(session, "seen_hour", 0, 1'000'000'000);
    if (!id || !client || !begun || !seen) continue;
    const boost::json::value* current = session.if_contains("current");
    const bool own = current != nullptr && current->is_bool() && current->get_bool();
    if (options.json) {
      std::cout << boost::json::object{{"id", to_text(*id)}, {"client", *client == "browser" ? "browser" : "command"}, {"since", hour_text(*begun)}, {"last_seen", hour_text(*seen)}, {"current", own}}
                << "\n";
      continue;
    }
    std::cout << to_text(*id) << "  " << (*client == "browser" ? "browser" : "command") << "  since " << hour_text(*begun) << "  last seen "
              << hour_text(*seen) << (own ? "  (this one)" : "") << "\n";
  }
  return Exit::done;
}

int end(const Options& options) {
  if (options.id.empty() == options.of.empty()) return misuse("say which: the id of one of your sessions, or --of COLLEAGUE for all of theirs (admins)");
  auto connection = sign_in(options.connection);
  if (!connection) return fail(connection.error());
  if (!options.id.empty()) {
    const auto ended = connection->client.end_session(options.id);
    if (!ended) return fail(ended.error());
    std::cout << "That session has ended.\n";
    return Exit::done;
  }
  const auto workplace = enter_desk(*connection, options.connection.desk_words);
  if (!workplace) return fail(workplace.error());
  const auto found = std::ranges::find(workplace->desk.members, options.of, &storage::Member::name);
  if (found == workplace->desk.members.end()) return fail("no member of that name; hotline member list shows them");
  const auto ended = connection->client.end_sessions_of(found->id);
  if (!ended) return fail(ended.error());
  std::cout << options.of << " is signed out everywhere.\n";
  return Exit::done;
}

}  // namespace

void add_session_commands(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("session", "where you are signed in");
  command->require_subcommand(1);
  auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* what, int (*action)(const Options&)) {
    auto* added = command->add_subcommand(name, what);
    options->connection.add_to(*added);
    added->callback([&chosen, options, action] { chosen = [options, action] { return action(*options); }; });
    return added;
  };
  add("list", "your sessions on that server", list)->add_flag("--json", options->json, "one JSON object a line: id, client (browser or command), since, last_seen, current");
  auto* end_command = add("end", "ends one of your sessions, or all of a colleague", end);
  end_command->add_option("id", options->id, "as session list shows it");
  end_command->add_option("--of", options->of, "a colleague, whose sessions all end (admins)");
}

}  // namespace hotline::cli
