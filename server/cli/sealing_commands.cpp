#include "server/cli/command_line.hpp"
#include "server/cli/open_command.hpp"
#include "server/cli/seal_command.hpp"

namespace hotline::cli {

void add_seal_commands(CLI::App& app, Action& chosen) {
  auto* open = app.add_subcommand("open", "opens any sealed file (age v1), as the age tool does");
  auto opening = std::make_shared<OpenRequest>();
  open->add_option("file", opening->file, "the sealed file, binary or armored; - is standard input")->required();
  open->add_option("--identity,-i", opening->identity_files, "file with AGE-SECRET-KEY-PQ-1… lines; may be given again")->required();
  open->add_option("--output,-o", opening->output, "a new file; without it standard output");
  open->callback([&chosen, opening] { chosen = [opening] { return run_open(*opening); }; });

  auto* seal = app.add_subcommand("seal", "seals standard input to recipients");
  auto sealing = std::make_shared<SealRequest>();
  seal->add_option("--recipient,-r", sealing->recipients, "age1pq1…; may be given again")->required();
  seal->add_option("--output,-o", sealing->output, "a new file; without it standard output");
  seal->callback([&chosen, sealing] { chosen = [sealing] { return run_seal(*sealing); }; });
}

}  // namespace hotline::cli
