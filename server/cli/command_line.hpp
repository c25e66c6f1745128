#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace hotline::cli {

/// What a chosen command does; returns the exit code.
using Action = std::function<int()>;

/// Each adds its commands to `app` and sets `chosen` when one of them is given.
void add_case_commands(CLI::App& app, Action& chosen);
/// `note`, `label`, `labels`, `task`, `translate`, `status`, below `case`.
void add_work_commands(CLI::App& case_command, Action& chosen);
/// `claim`, `assign`, `urgency`, `close`, `reopen`, below `case`.
void add_triage_commands(CLI::App& case_command, Action& chosen);
void add_queue_command(CLI::App& case_command, Action& chosen);
void add_case_activity_command(CLI::App& case_command, Action& chosen);
void add_activity_command(CLI::App& app, Action& chosen);
void add_figures_command(CLI::App& app, Action& chosen);
/// `keep` and `delete`, below `case`.
void add_outcome_commands(CLI::App& case_command, Action& chosen);
/// `hold`, below `case`.
void add_hold_command(CLI::App& case_command, Action& chosen);
void add_desk_commands(CLI::App& app, Action& chosen);
void add_member_commands(CLI::App& app, Action& chosen);
/// `invitations` and `withdraw`, below `member`.
void add_invitation_commands(CLI::App& member_command, Action& chosen);
/// `passphrase`, `recovery-code`, `recover`, `second-factor` and `reset-second-factor`, below `member`.
void add_account_commands(CLI::App& member_command, Action& chosen);
void add_session_commands(CLI::App& app, Action& chosen);
void add_epoch_commands(CLI::App& app, Action& chosen);
void add_database_commands(CLI::App& app, Action& chosen);
void add_backup_commands(CLI::App& app, Action& chosen);
void add_retention_command(CLI::App& app, Action& chosen);
void add_seal_commands(CLI::App& app, Action& chosen);
void add_sms_commands(CLI::App& app, Action& chosen);
void add_call_commands(CLI::App& app, Action& chosen);
void add_serve_command(CLI::App& app, Action& chosen);
void add_status_command(CLI::App& app, Action& chosen);
void add_confinement_command(CLI::App& app, Action& chosen);
/// `licences`; and `manual` and `completion`, made from the commands themselves. Add it last.
void add_manual_commands(CLI::App& app, Action& chosen);

/// The whole program: parses, runs one command, returns its exit code (0 done, 1 refused or failed, 2 wrong usage).
int run(int argc, char** argv);

}  // namespace hotline::cli
