#include "crypto/argon2.hpp"

#include "crypto/large_pages.hpp"
#include "crypto/random.hpp"

#include <gtest/gtest.h>

#include <sys/mman.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace hotline::crypto {
namespace {

// The memory tests are left out under sanitizers, hence maybe_unused.
[[maybe_unused]] constexpr std::size_t memory_bytes = std::size_t{19} * 1024 * 1024;

struct Mapping {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::vector<Mapping> writable_mappings() {
  std::vector<Mapping> found;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const std::size_t dash = line.find('-');
    const std::size_t space = line.find(' ');
    if (line.compare(space + 1, 2, "rw") != 0) continue;
    found.push_back({std::stoull(line.substr(0, dash), nullptr, 16), std::stoull(line.substr(dash + 1, space - dash - 1), nullptr, 16)});
  }
  return found;
}

[[maybe_unused]] std::size_t writable_bytes() {
  std::size_t sum = 0;
  for (const Mapping& mapping : writable_mappings()) sum += mapping.end - mapping.begin;
  return sum;
}

/// Whether the process's memory holds these bytes; `masked` is each of them with all bits turned, so that it does not find itself.
[[maybe_unused]] bool memory_holds(const ByteArray<32>& masked) {
  std::ifstream memory("/proc/self/mem", std::ios::binary);
  std::vector<char> piece(std::size_t{1} << 20);
  for (const Mapping& mapping : writable_mappings()) {
    for (std::size_t at = mapping.begin; at < mapping.end; at += piece.size() - masked.size()) {
      const std::size_t size = std::min(piece.size(), mapping.end - at);
      memory.clear();
      memory.seekg(static_cast<std::streamoff>(at));
      memory.read(piece.data(), static_cast<std::streamsize>(size));
      const auto got = static_cast<std::size_t>(memory.gcount());
      const auto turned = [](char c, Byte b) { return static_cast<Byte>(c) == static_cast<Byte>(~b); };
      const auto end = piece.begin() + static_cast<std::ptrdiff_t>(got);
      const bool found = std::search(piece.begin(), end, masked.begin(), masked.end(), turned) != end;
      std::fill(piece.begin(), end, '\0');
      if (found) return true;
      if (size < piece.size()) break;
    }
  }
  return false;
}

[[maybe_unused, gnu::noinline]] ByteArray<32> mask(Bytes bytes) {
  ByteArray<32> masked{};
  for (std::size_t i = 0; i < masked.size(); ++i) masked[i] = static_cast<Byte>(~bytes[i]);
  return masked;
}

TEST(Argon2, DependsOnEveryInput) {
  const ByteArray<16> salt{1};
  const auto base = argon2id(as_bytes("word"), salt, 1, 8192);
  ASSERT_TRUE(base);
  for (const auto& other : {argon2id(as_bytes("word"), salt, 1, 8192)}) EXPECT_TRUE(equal_in_constant_time(other->reveal(), base->reveal()));
  EXPECT_FALSE(equal_in_constant_time(argon2id(as_bytes("worD"), salt, 1, 8192)->reveal(), base->reveal()));
  EXPECT_FALSE(equal_in_constant_time(argon2id(as_bytes("word"), ByteArray<16>{2}, 1, 8192)->reveal(), base->reveal()));
  EXPECT_FALSE(equal_in_constant_time(argon2id(as_bytes("word"), salt, 2, 8192)->reveal(), base->reveal()));
  EXPECT_FALSE(equal_in_constant_time(argon2id(as_bytes("word"), salt, 1, 16384)->reveal(), base->reveal()));
}

TEST(Argon2, MemoryThatCannotBeHadIsAnExpectedFailure) {
  EXPECT_EQ(argon2id(as_bytes("word"), ByteArray<16>{}, 1, std::size_t{1} << 50).error(), Errc::out_of_memory);
}

#ifndef HOTLINE_SANITIZED  // their shadow memory is mapped, writable and too large to be searched

TEST(Argon2, ItsMemoryDoesNotStay) {
  ASSERT_TRUE(argon2id(as_bytes("word"), ByteArray<16>{}, 1, 8192));
  const std::size_t before = writable_bytes();
  ASSERT_TRUE(argon2id(as_bytes("word"), ByteArray<16>{}, 2, memory_bytes));
  EXPECT_LT(writable_bytes(), before + memory_bytes / 4);
}

TEST(Argon2, AsksForLargePages) {
  // What smaps says of a mapping that was advised so: "hg" among its flags.
  const auto large = [] {
    std::ifstream maps("/proc/self/smaps");
    std::string line;
    while (std::getline(maps, line)) {
      if (line.starts_with("VmFlags:") && line.find(" hg") != std::string::npos) return true;
    }
    return false;
  };
  const auto map = [] { return ::mmap(nullptr, memory_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); };
  void* const small_pages = map();
  ASSERT_NE(small_pages, MAP_FAILED);
  EXPECT_FALSE(large());
  void* large_pages = nullptr;
  {
    const LargePages wanted;
    large_pages = map();
  }
  ASSERT_NE(large_pages, MAP_FAILED);
  EXPECT_TRUE(large());
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(large_pages) % (std::size_t{2} << 20), 0U);
  // It is as large as it was to be, and what was mapped around it is gone.
  static_cast<Byte*>(large_pages)[memory_bytes - 1] = 1;
  ::munmap(large_pages, memory_bytes);
  ::munmap(small_pages, memory_bytes);
  EXPECT_FALSE(large());
}

TEST(Argon2, LeavesNeitherPasswordNorResultInMemory) {
  ByteArray<32> masked_password{};
  ByteArray<32> masked_result{};
  {
    const Secret<32> password = random_secret<32>();
    masked_password = mask(password.reveal());
    EXPECT_TRUE(memory_holds(masked_password));  // the search works
    const auto result = argon2id(password.reveal(), ByteArray<16>{}, 2, memory_bytes);
    ASSERT_TRUE(result);
    masked_result = mask(result->reveal());
    EXPECT_TRUE(memory_holds(masked_result));
  }
  EXPECT_FALSE(memory_holds(masked_password));
  EXPECT_FALSE(memory_holds(masked_result));
}

#endif

}  // namespace
}  // namespace hotline::crypto
