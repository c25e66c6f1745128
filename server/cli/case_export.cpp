#include "server/cli/case_export.hpp"

#include "crypto/age_stream.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "server/cli/case_desk.hpp"
#include "server/cli/case_text.hpp"
#include "server/cli/case_view.hpp"
#include "server/cli/terminal.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace hotline::cli {
namespace {

namespace json = boost::json;

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

}  // namespace

int export_case(const ConnectionOptions& options, const std::string& id, const std::string& folder) {
  auto open = open_desk(options);
  if (!open) return fail(open.error());
  const auto thread = open->book.find(id);
  if (!thread) return fail(thread.error());
  const auto texts = texts_of(open->connection, **thread);
  if (!texts) return fail(texts.error());
  std::error_code error;
  if (!std::filesystem::create_directories(folder, error)) {
    return fail(error ? "cannot make the folder " + folder + ": " + error.message() : "the folder " + folder + " is there already; name a new one");
  }
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  const auto written = write_private_file(folder + "/case.json", as_bytes(json::serialize(whole(**thread, *texts)) + "\n"));
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

}  // namespace hotline::cli
