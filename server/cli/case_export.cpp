#include "server/cli/case_export.hpp"

#include "config/clock.hpp"
#include "crypto/age_stream.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "server/cli/case_desk.hpp"
#include "server/cli/case_look.hpp"
#include "server/cli/case_text.hpp"
#include "server/cli/case_view.hpp"
#include "server/cli/covered_numbers.hpp"
#include "server/cli/terminal.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <span>
#include <vector>

namespace hotline::cli {
namespace {

namespace json = boost::json;

/// What may open a report's files: the identity of its epoch, then those of the desk's others, since a sender may have sealed to the one before.
std::vector<crypto::age::Identity> identities_for(const Casebook& book, const OpenedReport& report) {
  std::vector<crypto::age::Identity> identities;
  const auto add = [&](EpochId epoch) {
    if (const crypto::age::Identity* identity = book.keyring().epoch(epoch)) identities.push_back(identity->duplicate());
  };
  add(report.row.epoch);
  for (const storage::Epoch& epoch : book.desk().epochs) {
    if (epoch.id != report.row.epoch) add(epoch.id);
  }
  return identities;
}

/// Fetches, opens, checks and writes one attachment; its padding is cut off.
Outcome<void> export_file(ConsoleClient& client, std::span<const crypto::age::Identity> identities, const OpenedReport& report,
                          const json::object& attachment, const std::string& path) {
  const auto id = parse_id<BlobId>(string_of(attachment, "id"));
  const json::value* bytes = attachment.if_contains("bytes");
  if (!id || bytes == nullptr || !bytes->is_int64() || bytes->get_int64() < 0 || identities.empty()) {
    return Problem{"an attachment is not described as it should be"};
  }
  auto opener = crypto::age::Opener::create(identities);
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

/// Before anything is written: in the case how many files, in one event; beside each report, when there is no case yet, that it was exported.
Outcome<void> record_export(OpenDesk& open, const Thread& thread) {
  if (!thread.case_) return record_look(open, thread.id(), "export");
  std::size_t files = 1 + thread.reports.size();
  for (const OpenedReport& report : thread.reports) files += attachments_of(report).size();
  const auto make = [&](const Casebook&, const Thread&) -> Outcome<std::vector<EventDraft>> {
    return std::vector<EventDraft>{{"export", [files](crypto::SecretJson& body) { body.number("files", static_cast<std::int64_t>(files)); }}};
  };
  return change_thread(open, thread.id(), make);
}

}  // namespace

int export_case(const ConnectionOptions& options, const std::string& id, const std::string& folder, const std::string& reason) {
  auto open = open_desk(options);
  if (!open) return fail(open.error());
  const auto found = open->book.find(id);
  if (!found) return fail(found.error());
  const auto texts = texts_of(open->connection, **found);
  if (!texts) return fail(texts.error());
  std::error_code error;
  if (!std::filesystem::create_directories(folder, error)) {
    return fail(error ? "cannot make the folder " + folder + ": " + error.message() : "the folder " + folder + " is there already; name a new one");
  }
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  const std::string thread_id = (*found)->id();
  if (const auto recorded = record_export(*open, **found); !recorded) {
    std::filesystem::remove(folder, error);
    return fail("nothing was exported, because it could not be recorded: " + recorded.error().line);
  }
  if (!reason.empty()) {
    if (const auto recorded = record_look(*open, thread_id, reason, "number"); !recorded) {
      std::filesystem::remove(folder, error);
      return fail("nothing was exported, because it could not be recorded: " + recorded.error().line);
    }
  }
  const auto thread = open->book.find(thread_id);   // it may have been fetched again
  if (!thread) return fail(thread.error());
  auto views = views_of(*open, **thread);
  if (!views) return fail(views.error());
  const FactsFrame frame{.desk = open->book.desk(), .now_hour = SystemClock().hour(), .report_views = std::move(*views)};
  json::value said = whole(**thread, *texts, &frame);
  if (reason.empty()) cover_numbers(**thread, said);
  const auto written = write_private_file(folder + "/case.json", as_bytes(json::serialize(said) + "\n"));
  if (!written) return fail(written.error());
  Progress progress("files written");
  std::size_t count = 1;
  std::size_t missing = 0;
  for (const OpenedReport& report : (*thread)->reports) {
    const std::string name = folder + "/" + to_text(report.row.id);
    const auto sealed = write_private_file(name + ".age", report.row.sealed);
    if (!sealed) return fail(sealed.error());
    progress.show(++count);
    const auto identities = identities_for(open->book, report);
    for (const json::object* attachment : attachments_of(report)) {
      const std::string name_of_file = file_name_of(*attachment);
      // Whoever sends one that does not open must not keep the others out of reach.
      if (const auto exported = export_file(open->connection.client, identities, report, *attachment, folder + "/" + name_of_file); !exported) {
        fail(name_of_file + ": " + exported.error().line);
        ++missing;
      } else {
        progress.show(++count);
      }
    }
  }
  std::cout << count << " files in " << folder << "\n";
  if (missing == 0) return Exit::done;
  return fail(std::to_string(missing) + (missing == 1 ? " file is" : " files are") + " not in " + folder + ", as said above");
}

}  // namespace hotline::cli
