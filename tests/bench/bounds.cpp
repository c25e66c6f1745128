// What this machine allows at best, whatever the program: bench_bounds DIRECTORY [--short]
//   fsync     4 KiB appended and synced (fdatasync), one after the other, on the disk of DIRECTORY; and a batch of 64 reports,
//             512 KiB, written over what is there, as the database's log is once it has its size
//   argon2id  19 MiB, 2 passes: one alone, and as many as there are processors at once
//   xwing     one encapsulation; seal: a whole age file of 1 KiB to one recipient; both on one processor
// Prints one JSON object.

#include "tests/bench/percentiles.hpp"

#include "crypto/age.hpp"
#include "crypto/argon2.hpp"
#include "crypto/mailbox.hpp"
#include "crypto/random.hpp"

#include <boost/json.hpp>

#include <sodium.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <iostream>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace hotline::bench {
namespace {

/// `over`: into a file that has its size already, so that the file system has nothing to note down.
Times measure_sync(const std::string& directory, std::size_t count, std::size_t bytes, bool over) {
  const std::string path = directory + "/bench-sync";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) throw std::system_error(errno, std::system_category(), path);
  ::unlink(path.c_str());
  std::vector<char> block(bytes);
  const auto write = [&] {
    randombytes_buf(block.data(), block.size());
    const auto begin = Time::now();
    if (::write(file, block.data(), block.size()) != static_cast<ssize_t>(block.size()) || ::fdatasync(file) != 0) {
      throw std::system_error(errno, std::system_category(), path);
    }
    return Time::now() - begin;
  };
  constexpr std::size_t writes_until_over = 16;
  Times times;
  for (std::size_t i = 0; over && i < writes_until_over; ++i) write();
  for (std::size_t i = 0; i < count; ++i) {
    if (over && i % writes_until_over == 0) ::lseek(file, 0, SEEK_SET);
    times.add(write());
  }
  ::close(file);
  return times;
}

void argon2_once() {
  static constexpr std::array<Byte, 16> code{'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};
  const auto hashed = crypto::argon2id(code, ByteArray<16>{}, crypto::mailbox_argon2_passes, crypto::mailbox_argon2_bytes);
  if (!hashed) throw std::runtime_error("no memory for Argon2id");
}

/// Calls a second of all processors together.
double measure_argon2_on_all(std::chrono::duration<double> time) {
  std::atomic<std::size_t> calls{0};
  const auto begin = Time::now();
  const auto end = begin + time;
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i) {
    threads.emplace_back([&] {
      while (Time::now() < end) {
        argon2_once();
        ++calls;
      }
    });
  }
  threads.clear();
  return static_cast<double>(calls) / std::chrono::duration<double>(Time::now() - begin).count();
}

template <class Work>
double median_us(std::size_t count, Work work) {
  Times times;
  for (std::size_t i = 0; i < count; ++i) {
    const auto begin = Time::now();
    work();
    times.add(Time::now() - begin);
  }
  return times.percentile(50) * 1000;
}

int run(const std::string& directory, bool only_short) {
  crypto::initialise();
  const std::size_t scale = only_short ? 1 : 4;
  Times sync = measure_sync(directory, 250 * scale, 4096, false);
  // A report fills a page and changes one of an index.
  Times batch = measure_sync(directory, 50 * scale, std::size_t{64} * 2 * 4096, true);
  const double argon2_alone_us = median_us(15 * scale, argon2_once);
  const double argon2_all = measure_argon2_on_all(std::chrono::duration<double>(static_cast<double>(scale)));

  const auto identity = crypto::age::Identity::generate();
  const auto recipient = identity.recipient();
  const ByteVector plain(1024, ' ');
  ByteArray<crypto_kem_xwing_CIPHERTEXTBYTES> encapsulated;
  ByteArray<crypto_kem_xwing_SHAREDSECRETBYTES> shared;
  const double xwing_us = median_us(1000 * scale, [&] {
    if (crypto_kem_xwing_enc(encapsulated.data(), shared.data(), recipient.bytes().data()) != 0) throw std::runtime_error("X-Wing failed");
  });
  const double seal_us = median_us(1000 * scale, [&] { static_cast<void>(crypto::age::seal(std::span(&recipient, 1), plain).value()); });

  const boost::json::object result{{"processors", std::thread::hardware_concurrency()},
                                   {"fsync_p50_ms", sync.percentile(50)},
                                   {"fsync_p99_ms", sync.percentile(99)},
                                   {"fsync_batch_p50_ms", batch.percentile(50)},
                                   {"fsync_batch_p99_ms", batch.percentile(99)},
                                   {"argon2id_ms", argon2_alone_us / 1000},
                                   {"argon2id_per_second", argon2_all},
                                   {"xwing_us", xwing_us},
                                   {"seal_1kib_us", seal_us}};
  std::cout << boost::json::serialize(result) << "\n";
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3 || (argc == 3 && std::strcmp(argv[2], "--short") != 0)) {
    std::cerr << "usage: bench_bounds DIRECTORY [--short]\n";
    return 2;
  }
  try {
    return hotline::bench::run(argv[1], argc == 3);
  } catch (const std::exception& error) {
    std::cerr << "bench_bounds: " << error.what() << "\n";
    return 1;
  }
}
