#include "server/cli/command_line.hpp"

#include "crypto/secret.hpp"
#include "server/app/wiping_heap.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/version.hpp"

#include <cstdio>
#include <exception>
#include <iostream>
#include <poll.h>
#include <unistd.h>

namespace hotline::cli {
namespace {

constexpr const char* about =
    "Hotline: a secure, anonymous reporting line.\n\n"
    "Operators:    hotline init, then hotline serve (or its service); the desk is founded by the link, or with hotline desk create\n"
    "Caseworkers:  hotline case list --server URL --member NAME, then case show, case reply\n"
    "Anyone:       hotline open FILE.age --identity FILE   (every sealed thing is an age v1 file)";

/// Nobody reads standard output any more, as behind `| head`: a pipe whose other end is closed.
bool reader_is_gone() noexcept {
  pollfd output{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  return ::poll(&output, 1, 0) > 0 && (output.revents & (POLLERR | POLLHUP)) != 0;
}

/// The exit code, once what was printed has left the buffers: a full disk shows only then, and what was to be shown once would be lost without a word.
int after_output(int code) {
  std::cout.flush();
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.good();
  if (written || code != Exit::done || reader_is_gone()) return code;
  return fail("not everything could be written to standard output: make room there and run it again; but what the command changes is changed, so look first, "
              "and make anew what was to be shown once");
}

}  // namespace

int run(int argc, char** argv) {
  try {
    app::start_wiping_heap();
    crypto::initialise();
    CLI::App app{about, "hotline"};
    app.require_subcommand(1);
    app.failure_message([](const CLI::App* command, const CLI::Error& error) {
      return "hotline: " + std::string(error.what()) + "; see " + command->get_name() + " --help\n";
    });
    app.set_version_flag("--version", std::function<std::string()>(version_text), "versions and hashes of the program and of what is built in");
    Action chosen;
    add_serve_command(app, chosen);
    add_status_command(app, chosen);
    add_database_commands(app, chosen);
    add_backup_commands(app, chosen);
    add_retention_command(app, chosen);
    add_desk_commands(app, chosen);
    add_member_commands(app, chosen);
    add_session_commands(app, chosen);
    add_epoch_commands(app, chosen);
    add_case_commands(app, chosen);
    add_activity_command(app, chosen);
    add_figures_command(app, chosen);
    add_seal_commands(app, chosen);
    add_sms_commands(app, chosen);
    add_call_commands(app, chosen);
    add_confinement_command(app, chosen);
    add_manual_commands(app, chosen);
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return after_output(app.exit(error) == 0 ? Exit::done : Exit::wrong_usage);
    }
    return after_output(chosen());
  } catch (const std::exception& error) {
    // Only our own and the system's words: nothing that a person wrote gets into an exception.
    return fail(error.what());
  }
}

}  // namespace hotline::cli
