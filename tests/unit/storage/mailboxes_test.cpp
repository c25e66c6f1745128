#include "storage/mailboxes.hpp"

#include "storage/sqlcipher/database.hpp"
#include "storage/sqlcipher/mailboxes.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <algorithm>
#include <map>

namespace hotline::test {
namespace {

using storage::Answer;
using storage::Tag;
using storage::sqlcipher::Database;

class MailboxesTest : public StoreTest {
 protected:
  Result<void> put(Tag tag, ByteVector sealed, std::int64_t day = 20'500) {
    return run_awaitable(stores->mailboxes().put({tag, std::move(sealed)}, day));
  }
  std::vector<Answer> get(std::vector<Tag> tags) { return run_awaitable(stores->mailboxes().get(std::move(tags))).value(); }
};

TEST_F(MailboxesTest, AnswersComeInTheOrderAsked) {
  ASSERT_TRUE(put(filled<16>(3), ByteVector(5800, 3)));
  ASSERT_TRUE(put(filled<16>(1), ByteVector(5800, 1)));
  ASSERT_TRUE(put(filled<16>(2), ByteVector(5800, 2)));
  const auto answers = get({filled<16>(2), filled<16>(9), filled<16>(3)});
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].tag, filled<16>(2));
  EXPECT_EQ(answers[0].sealed, ByteVector(5800, 2));
  EXPECT_EQ(answers[1].tag, filled<16>(3));
  EXPECT_EQ(answers[1].sealed, ByteVector(5800, 3));
}

TEST_F(MailboxesTest, NeighboursOfATagAreNotGiven) {
  EXPECT_TRUE(get({filled<16>(1)}).empty()) << "empty table";
  ASSERT_TRUE(put(filled<16>(5), ByteVector(5800, 5)));
  for (const Byte fill : {Byte{0}, Byte{4}, Byte{6}, Byte{0xff}}) EXPECT_TRUE(get({filled<16>(fill)}).empty()) << int{fill};
  EXPECT_TRUE(get({}).empty());
}

TEST_F(MailboxesTest, ATakenTagIsRefusedAndKept) {
  ASSERT_TRUE(put(filled<16>(1), ByteVector(100, 1)));
  EXPECT_EQ(put(filled<16>(1), ByteVector(100, 2)).error(), make_error_code(Errc::conflict));
  EXPECT_EQ(get({filled<16>(1)}).front().sealed, ByteVector(100, 1));
}

TEST_F(MailboxesTest, TheVerySameAnswerMayBePutAgain) {
  const ByteVector sealed = random_vector(5800);
  ASSERT_TRUE(put(filled<16>(1), sealed));
  EXPECT_TRUE(put(filled<16>(1), sealed));
  ByteVector other = sealed;
  other.back() ^= 1;
  EXPECT_EQ(put(filled<16>(1), other).error(), make_error_code(Errc::conflict));
  EXPECT_EQ(put(filled<16>(1), ByteVector(sealed.begin(), sealed.end() - 1)).error(), make_error_code(Errc::conflict));
  EXPECT_EQ(get({filled<16>(1)}).front().sealed, sealed);
}

TEST_F(MailboxesTest, RowsHaveNoNumber) {
  stores->stop();
  Database database(path, key, Database::Mode::read_only);
  EXPECT_THROW(database.number("SELECT rowid FROM mailbox"), storage::sqlcipher::Fault);
  EXPECT_EQ(database.number("SELECT count(*) FROM pragma_table_info('mailbox')"), 3) << "tag, expiry day, what is sealed: nothing else";
}

/// Where the first page of each answer's content lies in the file: pages are numbered in the order of storing.
/// An answer is too long for its table page, and the rest lies in pages of its own; their content is looked for.
class MailboxOrder : public MailboxesTest {
 protected:
  static constexpr std::size_t answers = 48;

  std::vector<std::size_t> places() {
    stores->stop();
    Database database(path, key, Database::Mode::read_only);
    sqlite3_int64 size = 0;
    unsigned char* pages = sqlite3_serialize(database.handle(), "main", &size, 0);
    std::vector<std::size_t> found;
    const std::string_view all(reinterpret_cast<const char*>(pages), static_cast<std::size_t>(size));
    for (const auto& mark : marks) found.push_back(all.find(as_text(mark)));
    sqlite3_free(pages);
    open();
    return found;
  }

  void SetUp() override {
    StoreTest::SetUp();
    for (std::size_t i = 0; i < answers; ++i) {
      ByteVector sealed = random_vector(5800);
      const Bytes mark = Bytes(sealed).subspan(3000, 32);
      marks.emplace_back(mark.begin(), mark.end());
      ASSERT_TRUE(put(crypto::random_id<ReportId>().bytes, std::move(sealed)));
    }
  }

  /// Neighbours in time of which the later lies behind the earlier: all of them before shuffling, about half after it.
  static std::size_t in_order(const std::vector<std::size_t>& places) {
    std::size_t count = 0;
    for (std::size_t i = 1; i < places.size(); ++i) count += places[i] > places[i - 1] ? 1 : 0;
    return count;
  }

  std::vector<ByteVector> marks;
};

TEST_F(MailboxOrder, PlacesInTheFileAreMixed) {
  const auto before = places();
  ASSERT_EQ(std::count(before.begin(), before.end(), std::string_view::npos), 0);
  EXPECT_GT(in_order(before), 40u) << "this is what is to be hidden";

  ASSERT_TRUE(run_awaitable(stores->expire(hour)));
  const auto after = places();
  ASSERT_EQ(std::count(after.begin(), after.end(), std::string_view::npos), 0) << "no answer is lost";
  // 47 pairs, half of them by chance: more than 39 in order happens once in three million runs.
  EXPECT_LT(in_order(after), 40u);
  EXPECT_NE(before, after);
}

TEST_F(MailboxOrder, MixingIsAtRandom) {
  // The same file mixed twice over: an order that followed from the content could be undone.
  stores->stop();
  const std::string original = path;
  std::vector<std::vector<std::size_t>> outcomes;
  for (const char* name : {"one.db", "two.db"}) {
    path = folder.file(name);
    std::filesystem::copy_file(original, path);
    open();
    ASSERT_TRUE(run_awaitable(stores->expire(hour)));
    outcomes.push_back(places());
  }
  EXPECT_NE(outcomes[0], outcomes[1]);
}

TEST_F(MailboxOrder, MixingKeepsEveryAnswerAndItsDay) {
  const auto content = [this] {
    stores->stop();
    std::map<ByteVector, std::pair<std::int64_t, ByteVector>> rows;
    {
      Database database(path, key, Database::Mode::read_only);
      auto query = database.query("SELECT tag, expiry_day, sealed FROM mailbox");
      while (query.next()) rows[query.bytes(0)] = {query.integer(1), query.bytes(2)};
    }
    open();
    return rows;
  };
  for (int i = 0; i < 150; ++i) ASSERT_TRUE(put(crypto::random_id<ReportId>().bytes, random_vector(1000), 20'500 + i));
  const auto before = content();
  ASSERT_TRUE(run_awaitable(stores->expire(hour)));
  EXPECT_EQ(content(), before);
  EXPECT_EQ(before.size(), answers + 150);
}

}  // namespace
}  // namespace hotline::test
