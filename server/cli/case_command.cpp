#include "crypto/age_stream.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "server/cli/case_reply.hpp"
#include "server/cli/case_view.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/connection.hpp"
#include "server/cli/terminal.hpp"

#include <filesystem>
#include <iostream>

namespace hotline::cli {
namespace {

namespace json = boost::json;

/// A member's connection and all that they can read.
struct Open {
  Connection connection;
  Casebook book;
};

Outcome<Open> open_desk(const ConnectionOptions& options) {
  auto connection = sign_in(options);
  if (!connection) return connection.error();
  auto workplace = enter_desk(*connection, options.desk_words);
  if (!workplace) return workplace.error();
  Progress progress("reports opened");
  auto book = Casebook::load(connection->client, std::move(*workplace), [&](std::size_t count) { progress.show(count); });
  if (!book) return book.error();
  return Open{std::move(*connection), std::move(*book)};
}

int list(const ConnectionOptions& options, bool as_json) {
  const auto open = open_desk(options);
  if (!open) return fail(open.error());
  for (const Thread* thread : by_urgency(open->book)) {
    std::cout << (as_json ? json::serialize(summary(*thread)) : summary_line(*thread)) << "\n";
  }
  if (!as_json && open->book.threads().empty()) std::cout << "Nothing has come in yet.\n";
  return Exit::done;
}

int show(const ConnectionOptions& options, const std::string& id, bool as_json) {
  const auto open = open_desk(options);
  if (!open) return fail(open.error());
  const auto thread = open->book.find(id);
  if (!thread) return fail(thread.error());
  if (as_json) {
    std::cout << json::serialize(whole(**thread)) << "\n";
  } else {
    std::cout << page(**thread);
  }
  return Exit::done;
}

int reply(const ConnectionOptions& options, const std::string& id, const std::string& text, const std::string& file) {
  crypto::SecretBuffer words{std::string_view(text)};
  if (text.empty()) {
    auto input = file.empty() ? read_standard_input(64 * 1024) : read_text_file(file, 64 * 1024);
    if (!input) return fail(input.error());
    words = std::move(*input);
  }
  auto open = open_desk(options);
  if (!open) return fail(open.error());
  const auto thread = open->book.find(id);
  if (!thread) return fail(thread.error());
  const auto done = reply_to(open->connection, open->book, **thread, words.reveal_text());
  if (!done) return fail(done.error());
  std::cout << "Answered. The reporter sees it with their code.\n";
  return Exit::done;
}

/// Fetches, opens, checks and writes one attachment; its padding is cut off.
Outcome<void> export_file(ConsoleClient& client, const Keyring& keyring, const OpenedReport& report, const json::object& attachment,
                          const std::string& path) {
  const auto id = parse_id<BlobId>(string_of(attachment, "id"));
  const json::value* bytes = attachment.if_contains("bytes");
  const crypto::age::Identity* identity = keyring.epoch(report.row.epoch);
  if (!id || bytes == nullptr || !bytes->is_int64() || bytes->get_int64() < 0 || identity == nullptr) {
    return Problem{"an attachment is not described as it should be"};
  }
  auto opener = crypto::age::Opener::create(std::span(identity, 1));
  crypto::Sha256 hash;
  auto left = static_cast<std::uint64_t>(bytes->get_int64());
  PrivateFile out;
  if (auto opened = out.create(path); !opened) return opened;
  Outcome<void> problem;
  const auto write = [&](crypto::SecretBuffer& plain) {
    const auto wanted = std::min<std::uint64_t>(left, plain.size());
    const Bytes part = plain.reveal().first(static_cast<std::size_t>(wanted));
    hash.update(part);
    left -= wanted;
    problem = out.write(part);
    plain.clear();
    return problem.has_value();
  };
  const auto fetched = client.file(report.row.id, *id, [&](std::string_view piece) {
    crypto::SecretBuffer plain;
    const auto opened = opener.update(as_bytes(piece), plain);
    if (!opened) {
      problem = Problem{"a file does not open: " + opened.error().message()};
      return false;
    }
    return write(plain);
  });
  if (!problem) return problem;
  if (!fetched) return fetched.error();
  crypto::SecretBuffer rest;
  const auto ended = opener.finish(rest);
  if (!ended) return Problem{"a file does not open: " + ended.error().message()};
  if (!write(rest)) return problem;
  if (left != 0 || crypto::to_hex(hash.finish()) != string_of(attachment, "sha256")) {
    return Problem{"a file is not the one that was sent: its SHA-256 differs"};
  }
  return out.keep();
}

/// Writes case.json, the sealed reports as they are stored, and every file as it was sent.
int export_case(const ConnectionOptions& options, const std::string& id, const std::string& folder) {
  auto open = open_desk(options);
  if (!open) return fail(open.error());
  const auto thread = open->book.find(id);
  if (!thread) return fail(thread.error());
  std::error_code error;
  if (!std::filesystem::create_directories(folder, error)) {
    return fail(error ? "cannot make the folder " + folder + ": " + error.message() : "the folder " + folder + " is there already; name a new one");
  }
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  const auto written = write_private_file(folder + "/case.json", as_bytes(json::serialize(whole(**thread)) + "\n"));
  if (!written) return fail(written.error());
  Progress progress("files written");
  std::size_t count = 1;
  for (const OpenedReport& report : (*thread)->reports) {
    const std::string name = folder + "/" + to_text(report.row.id);
    const auto sealed = write_private_file(name + ".age", report.row.sealed);
    if (!sealed) return fail(sealed.error());
    progress.show(++count);
    for (const json::object* attachment : attachments_of(report)) {
      const std::string path = folder + "/" + file_name_of(*attachment);
      const auto exported = export_file(open->connection.client, open->book.keyring(), report, *attachment, path);
      if (!exported) return fail(exported.error());
      progress.show(++count);
    }
  }
  std::cout << count << " files in " << folder << "\n";
  return Exit::done;
}

}  // namespace

void add_case_commands(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("case", "the caseworker's client: reads, answers, exports; opens everything on this machine only");
  command->require_subcommand(1);
  struct Options {
    ConnectionOptions connection;
    std::string id;
    std::string text;
    std::string file;
    std::string output;
    bool json = false;
  };
  auto options = std::make_shared<Options>();

  auto* list_command = command->add_subcommand("list", "all cases, the most urgent first");
  options->connection.add_to(*list_command);
  list_command->add_flag("--json", options->json, "one JSON object a line: id, received, channel, urgency, state, text");
  list_command->callback([&chosen, options] { chosen = [options] { return list(options->connection, options->json); }; });

  auto* show_command = command->add_subcommand("show", "one case whole: reports, answers, notes in order");
  options->connection.add_to(*show_command);
  show_command->add_option("id", options->id, "id of the case or of one of its reports, or its first digits")->required();
  show_command->add_flag("--json", options->json, "as one JSON object");
  show_command->callback([&chosen, options] { chosen = [options] { return show(options->connection, options->id, options->json); }; });

  auto* reply_command = command->add_subcommand("reply", "answers the reporter, who reads it with their code");
  options->connection.add_to(*reply_command);
  reply_command->add_option("id", options->id, "id of the case or of one of its reports, or its first digits")->required();
  auto* text = reply_command->add_option("--text", options->text, "the answer; without it, standard input is read to its end");
  reply_command->add_option("--file", options->file, "read the answer from this text file")->excludes(text);
  reply_command->callback([&chosen, options] {
    chosen = [options] { return reply(options->connection, options->id, options->text, options->file); };
  });

  auto* export_command = command->add_subcommand("export", "writes a case to a folder: case.json, the sealed originals, the files as they were sent");
  options->connection.add_to(*export_command);
  export_command->add_option("id", options->id, "id of the case or of one of its reports, or its first digits")->required();
  export_command->add_option("--output", options->output, "the folder; it must not exist yet")->required();
  export_command->callback([&chosen, options] { chosen = [options] { return export_case(options->connection, options->id, options->output); }; });
}

}  // namespace hotline::cli
