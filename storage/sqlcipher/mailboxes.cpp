#include "storage/sqlcipher/mailboxes.hpp"

#include "crypto/random.hpp"

#include <optional>

namespace hotline::storage::sqlcipher {
namespace {

/// Answers that trade places in one commit; half of them do so again in the next.
constexpr std::size_t shuffle_rows = 64;

std::size_t random_below(std::size_t bound) {
  ByteArray<8> bytes;
  crypto::random_bytes(bytes);
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data(), bytes.size());
  // The bias of a remainder of 64 random bits by at most 64 is without meaning here.
  return static_cast<std::size_t>(number % bound);
}

/// Takes out the answers after `after`, and puts them back in random order. Gives where the next step begins, or nothing at the end.
std::optional<ByteVector> shuffle_step(Database& database, const ByteVector& after) {
  struct Row {
    ByteArray<16> tag;
    std::int64_t expiry_day;
    ByteVector sealed;
  };
  std::vector<Row> rows;
  {
    auto query = database.query("SELECT tag, expiry_day, sealed FROM mailbox WHERE tag > ? ORDER BY tag LIMIT ?", after, shuffle_rows);
    while (query.next()) rows.push_back({query.fixed<16>(0), query.integer(1), query.bytes(2)});
  }
  std::optional<ByteVector> next;
  if (rows.size() == shuffle_rows) {
    const auto& middle = rows[shuffle_rows / 2].tag;
    next.emplace(middle.begin(), middle.end());
  }
  for (const Row& row : rows) database.run("DELETE FROM mailbox WHERE tag = ?", row.tag);
  for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random_below(i)]);
  for (const Row& row : rows) {
    database.run("INSERT INTO mailbox (tag, expiry_day, sealed) VALUES (?, ?, ?)", row.tag, row.expiry_day, row.sealed);
  }
  return next;
}

}  // namespace

Awaitable<Result<void>> SqlcipherMailboxes::put(Answer answer, std::int64_t expiry_day) {
  return writer_.submit<void>([answer = std::move(answer), expiry_day](Database& database) -> Result<void> {
    if (database.run("INSERT INTO mailbox (tag, expiry_day, sealed) VALUES (?, ?, ?) ON CONFLICT (tag) DO NOTHING", answer.tag, expiry_day,
                     answer.sealed) == 0) {
      // Whoever does not know whether an answer arrived may send it again.
      auto same = database.query("SELECT 1 FROM mailbox WHERE tag = ? AND sealed = ?", answer.tag, answer.sealed);
      if (same.next()) return {};
      return Errc::conflict;
    }
    database.run("UPDATE mailbox_order SET disturbed = 1");
    return {};
  });
}

Awaitable<Result<std::vector<Answer>>> SqlcipherMailboxes::get(std::vector<Tag> tags) {
  return readers_.submit<std::vector<Answer>>([tags = std::move(tags)](Database& database) -> Result<std::vector<Answer>> {
    // A tag that is not there reads the next answer after it instead, so that a miss does what a hit does.
    std::vector<Answer> answers;
    answers.reserve(tags.size());
    std::vector<Answer> others;
    others.reserve(tags.size());
    for (const Tag& tag : tags) {
      auto query = database.query(
          "SELECT tag, sealed FROM mailbox WHERE tag = coalesce((SELECT min(tag) FROM mailbox WHERE tag >= ?1), "
          "(SELECT min(tag) FROM mailbox))",
          tag);
      if (!query.next()) continue;
      Answer found{query.fixed<16>(0), query.bytes(1)};
      auto& to = crypto::equal_in_constant_time(found.tag, tag) ? answers : others;
      to.push_back(std::move(found));
    }
    return answers;
  });
}

// mailbox_order.disturbed: 0 all is shuffled, 1 answers were stored since, 2 shuffling has begun and nothing was stored since. It is 0 only
// after the last step, so whatever ends the process in between, the next expire() begins again.
Awaitable<Result<void>> shuffle_mailbox(Writer& writer) {
  const Result<bool> disturbed = co_await writer.submit<bool>(
      [](Database& database) -> Result<bool> { return database.run("UPDATE mailbox_order SET disturbed = 2 WHERE disturbed <> 0") != 0; });
  if (!disturbed) co_return disturbed.error();
  if (!*disturbed) co_return Result<void>();
  ByteVector after;
  for (;;) {
    using Next = std::optional<ByteVector>;
    const Result<Next> next = co_await writer.submit<Next>([after](Database& database) -> Result<Next> {
      Next begin = shuffle_step(database, after);
      if (!begin) database.run("UPDATE mailbox_order SET disturbed = 0 WHERE disturbed = 2");
      return begin;
    });
    if (!next) co_return next.error();
    if (!*next) co_return Result<void>();
    after = **next;
  }
}

}  // namespace hotline::storage::sqlcipher
