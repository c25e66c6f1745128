#include "storage/sqlcipher/readers.hpp"

#include "config/log.hpp"

#include <algorithm>

namespace hotline::storage::sqlcipher {

Readers::Readers(Source source, const Limits& limits) : source_(std::move(source)), queue_(limits.reader_queue_max) {
  const std::size_t count = std::max<std::size_t>(limits.reader_threads, 1);
  for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { run_thread(); });
}

Readers::~Readers() { stop(); }

void Readers::stop() {
  queue_.close();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Readers::run_thread() noexcept {
  std::unique_ptr<Database> connection;
  std::vector<std::unique_ptr<Job>> jobs;
  jobs.reserve(1);
  while (queue_.take(jobs, 1)) {
    run_job(connection, *jobs.front());
    jobs.front()->complete();
    jobs.clear();
  }
}

void Readers::run_job(std::unique_ptr<Database>& connection, Job& job) noexcept {
  try {
    if (!connection) connection = std::make_unique<Database>(source_.path, source_.key, Database::Mode::read_only);
    connection->run("BEGIN");
    if (job.run(*connection) == Job::Ran::broken) {
      log_event(LogLevel::error, "read_failed");
      connection.reset();
      return;
    }
    connection->roll_back();  // nothing was written
  } catch (const Fault& fault) {
    log_event(LogLevel::error, "read_failed", {{"code", fault.code()}});
    connection.reset();
    job.fail(fault.errc());
  } catch (...) {
    connection.reset();
    job.fail(Errc::out_of_memory);
  }
}

}  // namespace hotline::storage::sqlcipher
