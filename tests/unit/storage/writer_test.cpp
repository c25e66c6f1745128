#include "storage/sqlcipher/writer.hpp"

#include "storage/sqlcipher/readers.hpp"
#include "tests/support/faulty_vfs.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <future>
#include <optional>
#include <thread>

namespace hotline::test {
namespace {

using boost::asio::awaitable;
using storage::sqlcipher::Database;
using storage::sqlcipher::Fault;
using storage::sqlcipher::Readers;
using storage::sqlcipher::Writer;

/// The writer alone, on a table of numbers, above a disk that can fail.
class WriterTest : public ::testing::Test {
 protected:
  WriterTest() : key(key_of(7)), path(folder.file("writer.db")) {
    EXPECT_TRUE(std::filesystem::exists(folder.path()));
    storage::sqlcipher::Source source{path, key};
    sqlite3_initialize();
    std::fclose(std::fopen(path.c_str(), "w"));
    auto connection = std::make_unique<Database>(path, key, Database::Mode::read_write);
    connection->script("CREATE TABLE number (value INTEGER PRIMARY KEY) STRICT");
    limits.writer_queue_max = 8;
    limits.writer_batch_max = 8;
    writer = std::make_unique<Writer>(source, std::move(connection), limits);
  }
  ~WriterTest() override { writer.reset(); }

  awaitable<Result<int>> insert(int value) {
    return writer->submit<int>([value](Database& database) -> Result<int> {
      database.run("INSERT INTO number VALUES (?)", value);
      return value;
    });
  }
  std::vector<std::int64_t> stored() {
    std::vector<std::int64_t> values;
    Database database(path, key, Database::Mode::read_only);
    auto query = database.query("SELECT value FROM number ORDER BY value");
    while (query.next()) values.push_back(query.integer(0));
    return values;
  }

  /// Holds the writer inside a sync until the end of its scope, so that what comes next gathers in one batch.
  class Held {
   public:
    explicit Held(WriterTest& test) : test_(test), thread_([&test] { EXPECT_TRUE(run_awaitable(test.insert(-1))); }) {
      test_.vfs.wait_until_held();
    }
    ~Held() { release(); }
    void release() {
      if (!thread_.joinable()) return;
      test_.vfs.release_sync();
      thread_.join();
    }

   private:
    WriterTest& test_;
    std::thread thread_;
  };
  std::unique_ptr<Held> hold() {
    vfs.hold_next_sync();
    return std::make_unique<Held>(*this);
  }

  /// A table that lives only as long as the writer's connection: shows whether it is still the same.
  void mark_connection() {
    ASSERT_TRUE(run_awaitable(writer->submit<int>([](Database& database) -> Result<int> {
      database.run("CREATE TEMP TABLE mark (x)");
      return 0;
    })));
  }
  bool connection_is_marked() {
    return run_awaitable(writer->submit<std::int64_t>([](Database& database) -> Result<std::int64_t> {
             return database.number("SELECT count(*) FROM sqlite_temp_schema");
           })).value() != 0;
  }

  /// Coroutines that are started and stand at their wait, with the outcome of each that has one.
  struct Started {
    boost::asio::io_context context;
    std::vector<std::optional<Result<int>>> outcomes;

    void start(std::vector<awaitable<Result<int>>> works) {
      outcomes.resize(works.size());
      for (std::size_t i = 0; i < works.size(); ++i) {
        boost::asio::co_spawn(
            context,
            [](awaitable<Result<int>> work, std::optional<Result<int>>& outcome) -> awaitable<void> {
              outcome.emplace(co_await std::move(work));
            }(std::move(works[i]), outcomes[i]),
            [](std::exception_ptr thrown) { EXPECT_FALSE(thrown); });
      }
      context.poll();
    }
    std::size_t ended() const {
      return static_cast<std::size_t>(std::count_if(outcomes.begin(), outcomes.end(), [](const auto& o) { return o.has_value(); }));
    }
  };

  FaultyVfs vfs;   // first made, last gone
  TestFolder folder;
  crypto::LockedKey key;
  std::string path;
  Limits limits;
  std::unique_ptr<Writer> writer;
};

TEST_F(WriterTest, CompletesOnlyAfterTheCommitIsSynced) {
  vfs.hold_next_sync();
  Started started;
  std::vector<awaitable<Result<int>>> works;
  works.push_back(insert(1));
  started.start(std::move(works));
  vfs.wait_until_held();
  started.context.restart();
  started.context.poll();
  EXPECT_EQ(started.ended(), 0u) << "the sync has not ended yet";
  vfs.release_sync();
  started.context.restart();
  started.context.run();
  ASSERT_EQ(started.ended(), 1u);
  EXPECT_EQ(**started.outcomes[0], 1);
}

TEST_F(WriterTest, TheLogIsEmptiedOnceNobodyReadsAnOlderState) {
  const auto log_bytes = [&] { return std::filesystem::file_size(path + "-wal"); };
  // Others each time: a page that stays the same is not written.
  auto write_much = [&, from = std::int64_t{1000}]() mutable {
    from += 100'000;
    return run_awaitable(writer->submit_and_empty_log<int>([from](Database& database) -> Result<int> {
      database.run("WITH RECURSIVE n(v) AS (SELECT ?1 UNION ALL SELECT v + 1 FROM n WHERE v < ?1 + 50000) INSERT INTO number SELECT v FROM n", from);
      return 0;
    }));
  };
  ASSERT_TRUE(write_much());
  EXPECT_EQ(log_bytes(), 0u);
  Database reader(path, key, Database::Mode::read_only);
  const auto read = [&] {
    reader.script("BEGIN");
    reader.number("SELECT count(*) FROM number");
  };
  read();
  ASSERT_TRUE(write_much());
  const auto held_up = log_bytes();
  EXPECT_GT(held_up, 400'000u) << "the reader needs it";
  ASSERT_TRUE(run_awaitable(insert(1)));
  EXPECT_GT(log_bytes(), held_up) << "and it still does";
  reader.roll_back();
  ASSERT_TRUE(run_awaitable(insert(2)));
  ASSERT_TRUE(run_awaitable(insert(3)));   // whose turn comes after all that belongs to the one before
  EXPECT_LT(log_bytes(), held_up / 4);

  read();
  ASSERT_TRUE(write_much());
  EXPECT_GT(log_bytes(), 0u);
  reader.roll_back();
  // Also where nothing more is written.
  while (log_bytes() != 0) std::this_thread::yield();
}

TEST_F(WriterTest, ResumesOnTheExecutorOfTheOneWhoWaits) {
  std::thread::id resumed;
  boost::asio::io_context context;
  boost::asio::co_spawn(
      context,
      [&]() -> awaitable<void> {
        EXPECT_TRUE(co_await insert(1));
        resumed = std::this_thread::get_id();
      },
      [](std::exception_ptr thrown) { EXPECT_FALSE(thrown); });
  context.run();  // the job keeps the context at work: run() does not return before
  EXPECT_EQ(resumed, std::this_thread::get_id());
}

TEST_F(WriterTest, OneFailingJobLeavesItsNeighboursAlone) {
  ASSERT_TRUE(run_awaitable(insert(2)));
  auto held = hold();
  Started started;
  std::vector<awaitable<Result<int>>> works;
  works.push_back(insert(1));
  works.push_back(insert(2));  // there already
  works.push_back(writer->submit<int>([](Database& database) -> Result<int> {
    database.run("INSERT INTO number VALUES (50)");
    return Errc::forbidden;  // changes its mind after writing
  }));
  works.push_back(writer->submit<int>([](Database& database) -> Result<int> {
    database.run("INSERT INTO number VALUES (60)");
    throw std::runtime_error("a mistake");
  }));
  works.push_back(insert(3));
  started.start(std::move(works));
  held->release();
  started.context.restart();
  started.context.run();
  ASSERT_EQ(started.ended(), 5u);
  EXPECT_TRUE(*started.outcomes[0]);
  EXPECT_EQ(started.outcomes[1]->error(), make_error_code(Errc::conflict));
  EXPECT_EQ(started.outcomes[2]->error(), make_error_code(Errc::forbidden));
  EXPECT_EQ(started.outcomes[3]->error(), make_error_code(Errc::storage_failed));
  EXPECT_TRUE(*started.outcomes[4]);
  EXPECT_EQ(stored(), (std::vector<std::int64_t>{-1, 1, 2, 3}));
}

TEST_F(WriterTest, AJobThatBreaksTheConnectionTakesNobodyAlong) {
  mark_connection();
  auto held = hold();
  Started started;
  std::vector<awaitable<Result<int>>> works;
  works.push_back(insert(1));
  works.push_back(writer->submit<int>([](Database&) -> Result<int> { throw Fault(SQLITE_CORRUPT); }));
  works.push_back(insert(2));
  started.start(std::move(works));
  held->release();
  started.context.restart();
  started.context.run();
  EXPECT_TRUE(*started.outcomes[0]);
  EXPECT_EQ(started.outcomes[1]->error(), make_error_code(Errc::corrupt));
  EXPECT_TRUE(*started.outcomes[2]);
  EXPECT_EQ(stored(), (std::vector<std::int64_t>{-1, 1, 2}));
  EXPECT_FALSE(connection_is_marked()) << "opened anew";
}

TEST_F(WriterTest, AFullQueueIsBusyAtOnce) {
  auto held = hold();
  Started started;
  std::vector<awaitable<Result<int>>> works;
  for (int i = 1; i <= 10; ++i) works.push_back(insert(i));
  started.start(std::move(works));
  // Eight wait; the ninth and tenth are refused while the writer still stands in its sync.
  started.context.restart();
  started.context.poll();
  ASSERT_EQ(started.ended(), 2u);
  EXPECT_EQ(started.outcomes[8]->error(), make_error_code(Errc::busy));
  EXPECT_EQ(started.outcomes[9]->error(), make_error_code(Errc::busy));
  held->release();
  started.context.restart();
  started.context.run();
  ASSERT_EQ(started.ended(), 10u);
  for (std::size_t i = 0; i < 8; ++i) EXPECT_TRUE(*started.outcomes[i]);
  EXPECT_EQ(stored(), (std::vector<std::int64_t>{-1, 1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST_F(WriterTest, StopFinishesWhatWasAccepted) {
  auto held = hold();
  Started started;
  std::vector<awaitable<Result<int>>> works;
  for (int i = 1; i <= 5; ++i) works.push_back(insert(i));
  started.start(std::move(works));
  held->release();
  writer->stop();
  started.context.restart();
  started.context.run();
  for (const auto& outcome : started.outcomes) EXPECT_TRUE(*outcome);
  EXPECT_EQ(stored().size(), 6u);
  EXPECT_EQ(run_awaitable(insert(9)).error(), make_error_code(Errc::closed));
}

/// A batch of five on a failing disk: none is acknowledged, none is kept, and the next one succeeds once the disk is well.
class WriterFaults : public WriterTest {
 protected:
  void SetUp() override { mark_connection(); }
  void fails_whole_batch(Errc expected) {
    Started started;
    std::vector<awaitable<Result<int>>> works;
    for (int i = 1; i <= 5; ++i) works.push_back(insert(i));
    started.start(std::move(works));
    started.context.restart();
    started.context.run();
    EXPECT_GT(vfs.failures(), 0);
    for (const auto& outcome : started.outcomes) EXPECT_EQ(outcome->error(), make_error_code(expected));
    EXPECT_EQ(run_awaitable(insert(6)).error(), make_error_code(expected)) << "still failing";
    vfs.heal();
    EXPECT_TRUE(run_awaitable(insert(7))) << "recovered without a restart";
    EXPECT_EQ(stored(), std::vector<std::int64_t>{7});
    EXPECT_FALSE(connection_is_marked()) << "opened anew";
    // What a crash at this point would leave: only what the log holds counts.
    writer.reset();
    EXPECT_EQ(stored(), std::vector<std::int64_t>{7});
  }
};

TEST_F(WriterFaults, FullDisk) {
  vfs.fail_writes(SQLITE_FULL);
  fails_whole_batch(Errc::storage_full);
}

TEST_F(WriterFaults, FullDiskSeenAsIoError) {
  vfs.fail_writes(SQLITE_IOERR_WRITE, ENOSPC);
  fails_whole_batch(Errc::storage_full);
}

TEST_F(WriterFaults, FailingWrite) {
  vfs.fail_writes(SQLITE_IOERR_WRITE, EIO);
  fails_whole_batch(Errc::storage_failed);
}

TEST_F(WriterFaults, FailingSync) {
  vfs.fail_syncs(SQLITE_IOERR_FSYNC, EIO);
  fails_whole_batch(Errc::storage_failed);
}

TEST_F(WriterFaults, SyncFailsForLackOfSpace) {
  vfs.fail_syncs(SQLITE_IOERR_FSYNC, ENOSPC);
  fails_whole_batch(Errc::storage_full);
}

/// The log on its way through many commits, with readers beside it.
class WriterLog : public WriterTest {
 protected:
  awaitable<Result<int>> insert_much(int value) {
    return writer->submit<int>([value](Database& database) -> Result<int> {
      database.run("INSERT INTO big VALUES (?, zeroblob(4000))", value);
      return value;
    });
  }
  void insert_all(int from, int to) {
    for (int value = from; value < to; value += 8) {
      std::vector<awaitable<Result<int>>> works;
      for (int i = value; i < value + 8; ++i) works.push_back(insert_much(i));
      for (const auto& outcome : run_all(std::move(works))) ASSERT_TRUE(outcome);
    }
  }
  void SetUp() override {
    ASSERT_TRUE(run_awaitable(writer->submit<int>([](Database& database) -> Result<int> {
      database.run("CREATE TABLE big (value INTEGER PRIMARY KEY, bytes BLOB) STRICT");
      return 0;
    })));
  }
  /// How often the log was begun anew: the checkpoint sequence number of its header (SQLite file format, section 4.1).
  std::uint32_t log_turn() const {
    std::ifstream log(path + "-wal", std::ios::binary);
    std::array<unsigned char, 16> header{};
    log.read(reinterpret_cast<char*>(header.data()), header.size());
    return std::uint32_t{header[12]} << 24 | std::uint32_t{header[13]} << 16 | std::uint32_t{header[14]} << 8 | header[15];
  }
};

TEST_F(WriterLog, IsBegunAnewAgainAndAgain) {
  // Four times 6 MB, each with commits going on until all of it was moved, however long the machine takes for it.
  for (int round = 0; round < 4; ++round) {
    const std::uint32_t before = log_turn();
    insert_all(10'000 * round, 10'000 * round + 1600);
    for (int more = 0; log_turn() == before; ++more) {
      ASSERT_LT(more, 100'000) << "the log only grows";
      ASSERT_TRUE(run_awaitable(insert_much(1'000'000 * (round + 1) + more)));
    }
  }
}

TEST_F(WriterLog, ACheckpointThatFailsLosesNothing) {
  insert_all(0, 400);
  vfs.fail_syncs(SQLITE_IOERR_FSYNC, EIO);
  EXPECT_FALSE(run_awaitable(insert_much(900)));
  vfs.heal();
  insert_all(1000, 2000);
  writer.reset();
  Database database(path, key, Database::Mode::read_only);
  EXPECT_EQ(database.number("SELECT count(*) FROM big"), 1400);
}

TEST_F(WriterTest, ReadersSeeWhatWasAcknowledged) {
  Readers readers({path, key}, limits);
  for (int i = 1; i <= 20; ++i) {
    ASSERT_TRUE(run_awaitable(insert(i)));
    const auto seen = run_awaitable(readers.submit<std::int64_t>(
        [](Database& database) -> Result<std::int64_t> { return database.number("SELECT count(*) FROM number"); }));
    ASSERT_TRUE(seen);
    EXPECT_EQ(*seen, i);
  }
}

TEST_F(WriterTest, TooManyReadersAreBusyAtOnce) {
  limits.reader_threads = 1;
  limits.reader_queue_max = 3;
  Readers readers({path, key}, limits);
  std::promise<void> reading, go_on;
  const auto count = [](Database& database) -> Result<int> { return static_cast<int>(database.number("SELECT count(*) FROM number")); };
  std::thread held([&] {
    EXPECT_TRUE(run_awaitable(readers.submit<int>([&](Database& database) -> Result<int> {
      reading.set_value();
      go_on.get_future().wait();
      return static_cast<int>(database.number("SELECT count(*) FROM number"));
    })));
  });
  reading.get_future().wait();
  Started started;
  std::vector<awaitable<Result<int>>> works;
  for (int i = 0; i < 4; ++i) works.push_back(readers.submit<int>(count));
  started.start(std::move(works));
  started.context.restart();
  started.context.poll();
  EXPECT_EQ(readers.waiting(), 3u);
  EXPECT_EQ(started.ended(), 1u);
  EXPECT_EQ(started.outcomes[3]->error(), make_error_code(Errc::busy));
  go_on.set_value();
  held.join();
  started.context.restart();
  started.context.run();
  ASSERT_EQ(started.ended(), 4u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(*started.outcomes[i]);
}

TEST_F(WriterTest, AReadersFaultIsItsOwn) {
  Readers readers({path, key}, limits);
  const auto failed = run_awaitable(readers.submit<int>([](Database&) -> Result<int> { throw Fault(SQLITE_IOERR_READ, EIO); }));
  EXPECT_EQ(failed.error(), make_error_code(Errc::storage_failed));
  EXPECT_TRUE(run_awaitable(readers.submit<int>([](Database& database) -> Result<int> {
    return static_cast<int>(database.number("SELECT count(*) FROM number"));
  })));
}

}  // namespace
}  // namespace hotline::test
