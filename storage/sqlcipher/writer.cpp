#include "storage/sqlcipher/writer.hpp"

#include "config/log.hpp"

#include <chrono>

namespace hotline::storage::sqlcipher {
namespace {

/// Pages of the write-ahead log after which it is moved into the database: 8 MiB. Larger moves each page fewer times.
constexpr int checkpoint_pages = 2000;
/// Beyond this readers are made to wait, so that the log cannot grow for ever: 128 MiB.
constexpr int checkpoint_pages_max = 16 * checkpoint_pages;
constexpr std::chrono::milliseconds restart_wait{50};
constexpr std::chrono::milliseconds truncate_wait{500};
constexpr std::chrono::seconds emptying_wait{1};
constexpr std::chrono::seconds emptying_wait_after_failure{60};

}  // namespace

Writer::Writer(Source source, std::unique_ptr<Database> connection, const Limits& limits)
    : source_(std::move(source)),
      connection_(std::move(connection)),
      batch_max_(limits.writer_batch_max),
      queue_(limits.writer_queue_max),
      checkpointer_(source_),
      wal_pages_due_(checkpoint_pages),
      thread_([this] { run_thread(); }) {}

Writer::~Writer() { stop(); }

void Writer::stop() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
}

void Writer::run_thread() noexcept {
  Batch batch;
  batch.reserve(batch_max_);
  while (emptying_due_ ? queue_.take(batch, batch_max_, emptying_wait) : queue_.take(batch, batch_max_)) {
    const bool idle = batch.empty();
    if (!idle) run_batch(batch);
    for (const auto& job : batch) job->complete();
    batch.clear();
    empty_log_when_due(idle ? restart_wait : std::chrono::milliseconds{0});
    checkpoint_when_due();
  }
  checkpointer_.stop();
  if (connection_) empty_log();
  connection_.reset();
  failed_.reset();
}

void Writer::run_batch(Batch& batch) noexcept {
  Errc reason = Errc::storage_failed;
  // A job that breaks the connection must not take its neighbours along: they get a second run without it.
  Batch broken;
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!connect(reason)) break;
    try {
      connection_->run("BEGIN IMMEDIATE");
      const std::optional<std::size_t> culprit = run_jobs(batch);
      if (!culprit) {
        connection_->run("COMMIT");
        const bool empties_log = std::any_of(batch.begin(), batch.end(), [](const auto& job) { return job->empties_log; });
        if (empties_log) empty_log();
        for (auto& job : broken) batch.push_back(std::move(job));
        return;
      }
      broken.push_back(std::move(batch[*culprit]));
      batch.erase(batch.begin() + static_cast<std::ptrdiff_t>(*culprit));
      disconnect();
      if (batch.empty()) break;
    } catch (const Fault& fault) {
      reason = fault.errc();
      log_event(LogLevel::error, "commit_failed", {{"code", fault.code()}});
      connection_->roll_back();
      if (fault.breaks_connection()) disconnect();
      break;
    } catch (...) {
      reason = Errc::out_of_memory;
      disconnect();
      break;
    }
  }
  // Nothing was committed: whatever the jobs believe, this is their outcome. What broke the connection keeps its own reason.
  for (const auto& job : batch) job->fail(reason);
  for (auto& job : broken) batch.push_back(std::move(job));
}

std::optional<std::size_t> Writer::run_jobs(Batch& batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    connection_->run("SAVEPOINT job");
    const Job::Ran ran = batch[i]->run(*connection_);
    if (ran == Job::Ran::broken) return i;
    if (!connection_->in_transaction()) {
      // Some failures end the whole transaction by themselves: then nothing of it stands, this job included.
      batch[i]->fail(Errc::storage_failed);
      return i;
    }
    if (ran == Job::Ran::undo) connection_->run("ROLLBACK TO job");
    connection_->run("RELEASE job");
  }
  return std::nullopt;
}

bool Writer::connect(Errc& reason) noexcept {
  if (connection_) return true;
  try {
    connection_ = std::make_unique<Database>(source_.path, source_.key, Database::Mode::read_write);
    failed_.reset();
    log_event(LogLevel::info, "database_reopened");
    return true;
  } catch (const Fault& fault) {
    reason = fault.errc();
    log_event(LogLevel::error, "database_open_failed", {{"code", fault.code()}});
  } catch (...) {
    reason = Errc::out_of_memory;
  }
  return false;
}

void Writer::disconnect() noexcept {
  // Not closed before the next is open: with the last connection goes the index of the log, and the log would be read anew, with
  // the batch in it that could not be synced. That batch was refused, and the disk may not even have it: whatever was committed
  // behind it would be lost with the power. With the index at hand, the next commit is written over it.
  if (connection_) {
    connection_->roll_back();
    failed_ = std::move(connection_);
  }
  moved_beside_ = false;
  wal_pages_before_ = 0;
  wal_pages_due_ = checkpoint_pages;
}

void Writer::empty_log() noexcept {
  checkpointer_.wait();
  const bool was_due = emptying_due_;
  try_to_empty_log(truncate_wait);
  if (emptying_due_ && !was_due) log_event(LogLevel::info, "log_not_emptied");
}

void Writer::try_to_empty_log(std::chrono::milliseconds wait) noexcept {
  const Database::Moved moved = connection_->checkpoint(Database::Checkpoint::truncate, wait);
  emptying_due_ = moved != Database::Moved::all;
  // A disk that fails is not asked with each batch: every time is a line in the log.
  emptying_after_ = std::chrono::steady_clock::now() + (moved == Database::Moved::failed ? emptying_wait_after_failure : std::chrono::seconds{0});
}

void Writer::empty_log_when_due(std::chrono::milliseconds wait) noexcept {
  if (!emptying_due_ || !connection_ || checkpointer_.under_way() || std::chrono::steady_clock::now() < emptying_after_) return;
  try_to_empty_log(wait);
  if (!emptying_due_) log_event(LogLevel::info, "log_emptied");
}

void Writer::checkpoint_when_due() noexcept {
  if (!connection_) return;
  const int pages = connection_->wal_pages();
  if (pages < wal_pages_before_) {
    // The log has started over from its beginning.
    wal_pages_due_ = checkpoint_pages;
    moved_beside_ = false;
  }
  wal_pages_before_ = pages;
  if (pages < wal_pages_due_) return;
  if (pages >= checkpoint_pages_max) {
    checkpointer_.wait();
    connection_->checkpoint(Database::Checkpoint::restart, restart_wait);
  } else if (!moved_beside_) {
    checkpointer_.begin();
    moved_beside_ = true;
    return;
  } else if (checkpointer_.under_way()) {
    return;
  } else {
    // Only what was committed meanwhile is left: once all is moved, the next commit begins the log anew.
    connection_->checkpoint(Database::Checkpoint::passive, std::chrono::milliseconds{0});
  }
  moved_beside_ = false;
  wal_pages_due_ = pages + checkpoint_pages;
}

}  // namespace hotline::storage::sqlcipher
