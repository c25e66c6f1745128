#include "storage/sqlcipher/blobs.hpp"

#include <optional>

namespace hotline::storage::sqlcipher {
namespace {

/// Resumable uploads that wait for their report, at most.
constexpr std::int64_t resumable_max = 16'384;
/// A last piece that is shorter is extended by what comes next, so that no number of short requests makes many rows.
constexpr std::size_t piece_bytes_least = 16 * 1024;
/// One with less is put out when they are too many. A sender brings as much within a few windows; to keep all places for themselves somebody
/// would have to bring Limits::uploads_pending_bytes_max.
constexpr std::int64_t little_bytes = 256 * 1024;
/// Who is still sending is not put out to make room.
constexpr std::int64_t hours_kept_at_least = 2;
/// So many are put out at most for a new one.
constexpr int put_out_max = 4;

template <class T>
Awaitable<Result<T>> refused(Errc reason) {
  co_return reason;
}

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

bool add_to_total(Database& database, std::int64_t bytes, std::uint64_t bytes_max) {
  return database.run("UPDATE resumable_total SET bytes = bytes + ?1 WHERE bytes + ?1 <= ?2", bytes, static_cast<std::int64_t>(bytes_max)) != 0;
}

/// Once it waits no more: it was claimed, or is being removed.
void leave_total(Database& database, std::int64_t bytes) {
  database.run("UPDATE resumable_total SET uploads = uploads - 1, bytes = bytes - ?", bytes);
}

void add_piece(Database& database, std::int64_t handle, const ByteVector& piece) {
  std::int64_t position = 0;
  std::int64_t short_piece = 0;
  ByteVector joined;
  {
    auto last = database.query("SELECT number, position, bytes FROM piece WHERE blob = ? ORDER BY position DESC LIMIT 1", handle);
    if (last.next()) {
      position = last.integer(1) + 1;
      if (last.blob(2).size() < piece_bytes_least) {
        short_piece = last.integer(0);
        joined = last.bytes(2);
      }
    }
  }
  if (short_piece != 0) {
    append(joined, piece);
    database.run("UPDATE piece SET bytes = ? WHERE number = ?", joined, short_piece);
  } else {
    database.run("INSERT INTO piece (blob, position, bytes) VALUES (?, ?, ?)", handle, position, piece);
  }
}

Result<void> append_resumable(Database& database, std::int64_t handle, std::uint64_t offset, const ByteVector& piece,
                              std::uint64_t pending_bytes_max) {
  {
    auto waiting = database.query(
        "SELECT bytes, length FROM blob WHERE handle = ? AND length IS NOT NULL AND begun_hour IS NOT NULL AND report IS NULL", handle);
    if (!waiting.next()) return Errc::not_found;
    if (static_cast<std::uint64_t>(waiting.integer(0)) != offset) return Errc::conflict;
    if (offset + piece.size() > static_cast<std::uint64_t>(waiting.integer(1))) return Errc::too_large;
  }
  const auto size = static_cast<std::int64_t>(piece.size());
  if (!add_to_total(database, size, pending_bytes_max)) return Errc::storage_full;
  add_piece(database, handle, piece);
  database.run("UPDATE blob SET bytes = bytes + ? WHERE handle = ?", size, handle);
  return {};
}

/// The handle of the resumable upload that is to be claimed under this id.
Result<std::int64_t> complete_upload(Database& database, BlobId id) {
  auto upload = database.query("SELECT handle, bytes = length FROM blob WHERE id = ? AND length IS NOT NULL AND begun_hour IS NOT NULL", id);
  if (!upload.next()) return Errc::forbidden;
  if (upload.integer(1) == 0) return Errc::malformed;
  return upload.integer(0);
}

/// Makes one upload end to make room: when they are too many the oldest of those with little, for the one with least would be whoever has only
/// just begun; else the oldest of those begun hours ago. Its handle, whose pieces are still to be removed; 0: none may.
std::int64_t put_one_out(Database& database, std::int64_t hour) {
  std::int64_t handle = 0;
  if (database.number("SELECT uploads FROM resumable_total") >= resumable_max) {
    auto oldest = database.query(
        "SELECT handle FROM blob WHERE report IS NULL AND begun_hour IS NOT NULL AND length IS NOT NULL AND bytes < ? ORDER BY begun_hour, handle LIMIT 1",
        little_bytes);
    if (oldest.next()) handle = oldest.integer(0);
  }
  if (handle == 0) {
    auto oldest = database.query("SELECT handle FROM blob WHERE report IS NULL AND begun_hour <= ? AND length IS NOT NULL ORDER BY begun_hour LIMIT 1",
                                 hour - hours_kept_at_least);
    if (oldest.next()) handle = oldest.integer(0);
  }
  if (handle != 0) doom_blob(database, handle);
  return handle;
}

}  // namespace

Result<void> claim_blobs(Database& database, std::int64_t report, const std::vector<Attachment>& attachments) {
  std::int64_t position = 0;
  for (const Attachment& attachment : attachments) {
    std::int64_t handle = attachment.handle;
    if (handle == 0) {
      const Result<std::int64_t> upload = complete_upload(database, attachment.id);
      if (!upload) return upload.error();
      handle = *upload;
    } else {
      auto blob = database.query("SELECT id FROM blob WHERE handle = ? AND begun_hour IS NOT NULL AND report IS NULL", handle);
      if (!blob.next()) return Errc::not_found;
      if (blob.id<BlobId>(0) != attachment.id) return Errc::corrupt;
    }
    std::int64_t pieces = 0;
    std::int64_t bytes = 0;
    {
      auto content = database.query("SELECT count(*), coalesce(sum(length(bytes)), 0) FROM piece WHERE blob = ?", handle);
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
                 bytes, pieces, handle);
    if (attachment.handle == 0) leave_total(database, bytes);
    ++position;
  }
  return {};
}

bool doom_blob(Database& database, std::int64_t handle) {
  std::optional<std::int64_t> resumable_bytes;
  {
    auto waiting = database.query("SELECT bytes FROM blob WHERE handle = ? AND length IS NOT NULL AND begun_hour IS NOT NULL AND report IS NULL", handle);
    if (waiting.next()) resumable_bytes = waiting.integer(0);
  }
  if (resumable_bytes) leave_total(database, *resumable_bytes);
  return database.run("UPDATE blob SET begun_hour = NULL WHERE handle = ? AND report IS NULL", handle) != 0;
}

bool remove_blob_step(Database& database, std::int64_t handle) {
  if (database.run("DELETE FROM piece WHERE number IN (SELECT number FROM piece WHERE blob = ? LIMIT ?)", handle, pieces_per_step) != 0) {
    return false;
  }
  database.run("DELETE FROM blob WHERE handle = ? AND report IS NULL", handle);
  return true;
}

SqlcipherBlobs::SqlcipherBlobs(Writer& writer, Readers& readers, const Limits& limits, DiskSpace disk)
    : writer_(writer),
      readers_(readers),
      disk_(std::move(disk)),
      piece_bytes_max_(limits.blob_chunk_bytes),
      pending_bytes_max_(limits.uploads_pending_bytes_max) {}

Awaitable<Result<std::int64_t>> SqlcipherBlobs::begin(BlobId id, std::int64_t hour) {
  if (!disk_.has_room()) return refused<std::int64_t>(Errc::storage_full);
  return writer_.submit<std::int64_t>([id, hour](Database& database) -> Result<std::int64_t> {
    database.run("INSERT INTO blob (id, begun_hour) VALUES (?, ?)", id, hour);
    return database.last_row();
  });
}

Awaitable<Result<void>> SqlcipherBlobs::append(std::int64_t handle, ByteVector piece) {
  if (!disk_.has_room()) return refused<void>(Errc::storage_full);
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
  co_return co_await remove(handle);
}

Awaitable<Result<void>> SqlcipherBlobs::remove(std::int64_t handle) {
  for (;;) {
    const Result<bool> gone =
        co_await writer_.submit<bool>([handle](Database& database) -> Result<bool> { return remove_blob_step(database, handle); });
    if (!gone) co_return gone.error();
    if (*gone) co_return Result<void>();
  }
}

Awaitable<Result<void>> SqlcipherBlobs::begin_resumable(BlobId id, std::int64_t hour, std::uint64_t length, Room room) {
  if (!disk_.has_room()) co_return Errc::storage_full;
  // Room is made now rather than later: who sends slowly must not find that there is none.
  const auto work = [id, hour, length, bytes_max = bytes_for(room)](Database& database) -> Result<void> {
    if (database.run("UPDATE resumable_total SET uploads = uploads + 1 WHERE uploads < ? AND bytes + ? <= ?", resumable_max,
                     static_cast<std::int64_t>(length), static_cast<std::int64_t>(bytes_max)) == 0) {
      return Errc::storage_full;
    }
    database.run("INSERT INTO blob (id, begun_hour, bytes, length) VALUES (?, ?, 0, ?)", id, hour, static_cast<std::int64_t>(length));
    return {};
  };
  for (int tried = 0;; ++tried) {
    const Result<void> begun = co_await writer_.submit<void>(work);
    if (begun || begun.error() != Errc::storage_full || tried == put_out_max) co_return begun;
    const Result<std::int64_t> ended =
        co_await writer_.submit<std::int64_t>([hour](Database& database) -> Result<std::int64_t> { return put_one_out(database, hour); });
    if (!ended) co_return ended.error();
    if (*ended == 0) co_return begun;   // none may end
    if (const Result<void> removed = co_await remove(*ended); !removed) co_return removed;
  }
}

Awaitable<Result<Blobs::Waiting>> SqlcipherBlobs::waiting(BlobId id, std::int64_t after_hour) {
  return readers_.submit<Waiting>([id, after_hour](Database& database) -> Result<Waiting> {
    auto query = database.query(
        "SELECT handle, bytes, length FROM blob WHERE id = ? AND length IS NOT NULL AND begun_hour IS NOT NULL AND begun_hour > ?", id,
        after_hour);
    if (!query.next()) return Errc::not_found;
    return Waiting{query.integer(0), static_cast<std::uint64_t>(query.integer(1)), static_cast<std::uint64_t>(query.integer(2))};
  });
}

Awaitable<Result<void>> SqlcipherBlobs::append_at(std::int64_t handle, std::uint64_t offset, ByteVector piece, Room room) {
  if (!disk_.has_room()) return refused<void>(Errc::storage_full);
  return writer_.submit<void>([handle, offset, piece = std::move(piece), piece_bytes_max = piece_bytes_max_,
                               bytes_max = bytes_for(room)](Database& database) -> Result<void> {
    if (piece.empty()) return Errc::malformed;
    if (piece.size() > piece_bytes_max) return Errc::too_large;
    return append_resumable(database, handle, offset, piece, bytes_max);
  });
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
