// How fast reports are stored, and how many bytes they take: storage_bench DIRECTORY [--reports N] [--memory-security]
// Prints one JSON object. What bounds the figure, one fsync, is measured beside it on the same directory.

#include "config/limits.hpp"
#include "crypto/random.hpp"
#include "storage/key_file.hpp"
#include "storage/sqlcipher/stores.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <sqlcipher/sqlite3.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using namespace std::chrono_literals;
using Time = std::chrono::steady_clock;

constexpr std::size_t sealed_bytes = 2700;   // 1.6 KB of age header, 1 KiB of padded JSON, its authentication

double milliseconds(Time::duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

/// Median of the time that 16 KiB appended and synced take.
double measure_sync(const std::string& directory) {
  const std::string path = directory + "/sync";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return 0;
  const std::vector<char> block(16 * 1024, 'x');
  std::vector<double> times;
  for (int i = 0; i < 200; ++i) {
    const auto before = Time::now();
    if (::write(file, block.data(), block.size()) < 0 || ::fsync(file) != 0) break;
    times.push_back(milliseconds(Time::now() - before));
  }
  ::close(file);
  ::unlink(path.c_str());
  if (times.empty()) return 0;
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
  return times[times.size() / 2];
}

struct Run {
  double per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  double max_ms = 0;
  std::size_t failed = 0;
};

Run measure_adds(hotline::storage::Stores& stores, hotline::EpochId epoch, std::size_t reports, std::size_t outstanding) {
  boost::asio::io_context context;
  std::vector<double> times;
  times.reserve(reports);
  std::size_t left = reports;
  std::size_t failed = 0;
  const auto client = [&]() -> boost::asio::awaitable<void> {
    while (left > 0) {
      --left;
      hotline::storage::NewReport report;
      report.epoch = epoch;
      report.received_hour = 490'000;
      report.sealed.resize(sealed_bytes);
      hotline::crypto::random_bytes(report.sealed);
      hotline::crypto::random_bytes(report.idempotency_key.emplace());
      const auto before = Time::now();
      const auto added = co_await stores.inbox().add(std::move(report));
      times.push_back(milliseconds(Time::now() - before));
      if (!added) ++failed;
    }
  };
  const auto before = Time::now();
  for (std::size_t i = 0; i < outstanding; ++i) boost::asio::co_spawn(context, client(), boost::asio::detached);
  context.run();
  const double seconds = milliseconds(Time::now() - before) / 1000;
  std::sort(times.begin(), times.end());
  return {static_cast<double>(reports) / seconds, times[times.size() / 2], times[times.size() * 99 / 100], times.back(), failed};
}

void enable_memory_security() {
  sqlite3* connection = nullptr;
  sqlite3_open(":memory:", &connection);
  sqlite3_exec(connection, "PRAGMA cipher_memory_security = ON", nullptr, nullptr, nullptr);
  sqlite3_close(connection);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: storage_bench DIRECTORY [--reports N] [--memory-security]\n");
    return 2;
  }
  std::size_t reports = 20'000;
  bool memory_security = false;
  for (int i = 2; i < argc; ++i) {
    if (std::strcmp(argv[i], "--memory-security") == 0) memory_security = true;
    if (std::strcmp(argv[i], "--reports") == 0 && i + 1 < argc) std::from_chars(argv[i + 1], argv[i + 1] + std::strlen(argv[i + 1]), reports);
  }
  hotline::crypto::initialise();
  if (memory_security) enable_memory_security();

  const std::string directory = std::string(argv[1]) + "/storage-bench";
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  const double sync_ms = measure_sync(directory);

  using hotline::storage::open_stores;
  hotline::storage::create_key_file(directory + "/key").value();
  const auto key = hotline::storage::load_key_file(directory + "/key");
  const hotline::Limits limits;
  const std::string path = directory + "/bench.db";
  auto stores = open_stores({path, *key, limits, true});
  if (!stores) {
    std::fprintf(stderr, "%s\n", stores.error().line.c_str());
    return 1;
  }
  const auto desk = hotline::crypto::random_id<hotline::DeskId>();
  const auto epoch = hotline::crypto::random_id<hotline::EpochId>();
  boost::asio::io_context context;
  boost::asio::co_spawn(
      context,
      [&]() -> boost::asio::awaitable<void> {
        hotline::storage::Desk new_desk{desk, "bench", {}, false};
        (co_await (*stores)->desks().add(std::move(new_desk))).value();
        hotline::storage::Epoch new_epoch{epoch, desk, hotline::ByteVector(1216), 0, 1, {}};
        (co_await (*stores)->desks().add_epoch(std::move(new_epoch))).value();
      },
      boost::asio::detached);
  context.run();

  std::printf("{\"sync_ms\":%.3f,\"memory_security\":%s,\"sealed_bytes\":%zu,\"runs\":[", sync_ms, memory_security ? "true" : "false",
              sealed_bytes);
  std::size_t stored = 0;
  bool first = true;
  for (const std::size_t outstanding : {std::size_t{1}, std::size_t{8}, std::size_t{64}, std::size_t{256}}) {
    const std::size_t count = outstanding == 1 ? reports / 10 : reports;
    const Run run = measure_adds(**stores, epoch, count, outstanding);
    stored += count - run.failed;
    std::printf("%s\n {\"outstanding\":%zu,\"per_second\":%.0f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f,\"failed\":%zu}", first ? "" : ",",
                outstanding, run.per_second, run.p50_ms, run.p99_ms, run.max_ms, run.failed);
    std::fflush(stdout);
    first = false;
  }
  const auto wal_bytes = std::filesystem::file_size(path + "-wal");
  (*stores)->stop();
  const auto bytes = std::filesystem::file_size(path);
  const auto start = Time::now();
  auto again = open_stores({path, *key, limits});
  const double start_ms = milliseconds(Time::now() - start);
  std::printf("],\n \"reports\":%zu,\"bytes_per_report\":%.0f,\"log_bytes\":%ju,\"start_ms\":%.1f}\n", stored,
              static_cast<double>(bytes) / static_cast<double>(stored), static_cast<std::uintmax_t>(wal_bytes), start_ms);
  again = hotline::Problem{};
  std::filesystem::remove_all(directory);
  return 0;
}
