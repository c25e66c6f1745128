#include "storage/sqlcipher/blobs.hpp"

namespace hotline::storage::sqlcipher {
namespace {

/// At most this many pieces are removed with one commit: 4 MiB of pages to overwrite.
constexpr std::int64_t pieces_per_step = 16;

Result<void> append_piece(Database& database, std::int64_t handle, const ByteVector& piece) {
  {
    auto waiting = database.query("SELECT 1 FROM blob WHERE handle = ? AND begun_hour IS NOT NULL AND report IS NULL", handle);
    if (!waiting.next()) return Errc::not_found;
  }
  std::int64_t position = 0;
  {
    auto last = database.query("SELECT position, length(bytes) FROM piece WHERE blob = ? ORDER BY position DESC LIMIT 1", handle);
    if (last.next()) {
      position = last.integer(0) + 1;
      // Every piece but the last has the size of the first: a shorter one has ended the file.
      const std::int64_t first_bytes = database.number("SELECT length(bytes) FROM piece WHERE blob = ? AND position = 0", handle);
      if (last.integer(1) != first_bytes || static_cast<std::int64_t>(piece.size()) > first_bytes) return Errc::malformed;
    }
  }
  database.run("INSERT INTO piece (blob, position, bytes) VALUES (?, ?, ?)", handle, position, piece);
  return {};
}

}  // namespace

Result<void> claim_blobs(Database& database, std::int64_t report, const std::vector<Attachment>& attachments) {
  std::int64_t position = 0;
  for (const Attachment& attachment : attachments) {
    {
      auto blob = database.query("SELECT id FROM blob WHERE handle = ? AND begun_hour IS NOT NULL AND report IS NULL", attachment.handle);
      if (!blob.next()) return Errc::not_found;
      if (blob.id<BlobId>(0) != attachment.id) return Errc::corrupt;
    }
    std::int64_t pieces = 0;
    std::int64_t bytes = 0;
    {
      auto content = database.query("SELECT count(*), coalesce(sum(length(bytes)), 0) FROM piece WHERE blob = ?", attachment.handle);
      if (!content.next()) return Errc::corrupt;
      pieces = content.integer(0);
      bytes = content.integer(1);
    }
    if (pieces == 0) return Errc::corrupt;
    {
      auto same = database.query("SELECT 1 FROM blob WHERE report = ? AND id = ?", report, attachment.id);
      if (same.next()) return Errc::corrupt;
    }
    database.run("UPDATE blob SET report = ?, position = ?, bytes = ?, pieces = ?, begun_hour = NULL WHERE handle = ?", report, position,
                 bytes, pieces, attachment.handle);
    ++position;
  }
  return {};
}

bool doom_blob(Database& database, std::int64_t handle) {
  return database.run("UPDATE blob SET begun_hour = NULL WHERE handle = ? AND report IS NULL", handle) != 0;
}

bool remove_blob_step(Database& database, std::int64_t handle) {
  if (database.run("DELETE FROM piece WHERE number IN (SELECT number FROM piece WHERE blob = ? LIMIT ?)", handle, pieces_per_step) != 0) {
    return false;
  }
  database.run("DELETE FROM blob WHERE handle = ? AND report IS NULL", handle);
  return true;
}

Awaitable<Result<std::int64_t>> SqlcipherBlobs::begin(BlobId id, std::int64_t hour) {
  return writer_.submit<std::int64_t>([id, hour](Database& database) -> Result<std::int64_t> {
    database.run("INSERT INTO blob (id, begun_hour) VALUES (?, ?)", id, hour);
    return database.last_row();
  });
}

Awaitable<Result<void>> SqlcipherBlobs::append(std::int64_t handle, ByteVector piece) {
  return writer_.submit<void>(
      [handle, piece = std::move(piece), piece_bytes_max = piece_bytes_max_](Database& database) -> Result<void> {
        if (piece.empty()) return Errc::malformed;
        if (piece.size() > piece_bytes_max) return Errc::too_large;
        return append_piece(database, handle, piece);
      });
}

Awaitable<Result<void>> SqlcipherBlobs::discard(std::int64_t handle) {
  const Result<bool> doomed =
      co_await writer_.submit<bool>([handle](Database& database) -> Result<bool> { return doom_blob(database, handle); });
  if (!doomed) co_return doomed.error();
  if (!*doomed) co_return Errc::not_found;
  for (;;) {
    const Result<bool> gone =
        co_await writer_.submit<bool>([handle](Database& database) -> Result<bool> { return remove_blob_step(database, handle); });
    if (!gone) co_return gone.error();
    if (*gone) co_return Result<void>();
  }
}

Awaitable<Result<Blobs::Size>> SqlcipherBlobs::find(DeskId desk, ReportId report, BlobId id) {
  return readers_.submit<Size>([desk, report, id](Database& database) -> Result<Size> {
    auto query = database.query(
        "SELECT b.handle, b.bytes, b.pieces FROM report r JOIN desk d ON d.number = r.desk JOIN blob b ON b.report = r.number "
        "WHERE r.id = ? AND d.id = ? AND b.id = ?",
        report, desk, id);
    if (!query.next()) return Errc::not_found;
    return Size{query.integer(0), static_cast<std::uint64_t>(query.integer(1)), static_cast<std::size_t>(query.integer(2))};
  });
}

Awaitable<Result<ByteVector>> SqlcipherBlobs::piece(std::int64_t handle, std::size_t index) {
  return readers_.submit<ByteVector>([handle, index](Database& database) -> Result<ByteVector> {
    auto query = database.query(
        "SELECT p.bytes FROM piece p JOIN blob b ON b.handle = p.blob WHERE p.blob = ? AND p.position = ? AND b.report IS NOT NULL", handle,
        index);
    if (!query.next()) return Errc::not_found;
    return query.bytes(0);
  });
}

}  // namespace hotline::storage::sqlcipher
