#pragma once

#include "config/limits.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"
#include "storage/sqlcipher/stores.hpp"
#include "tests/support/run_awaitable.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <stdlib.h>
#include <string>
#include <utility>

namespace hotline::test {

/// A folder of its own, mode 0700, gone at the end.
class TestFolder {
 public:
  TestFolder() : path_((std::filesystem::temp_directory_path() / "hotline-storage-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline crypto::LockedKey key_of(Byte fill) {
  crypto::initialise();
  return crypto::LockedKey::create(ByteVector(32, fill)).value();
}

inline ByteVector random_vector(std::size_t size) {
  ByteVector bytes(size);
  if (size != 0) crypto::random_bytes(bytes);
  return bytes;
}

template <std::size_t N>
ByteArray<N> filled(Byte fill) {
  ByteArray<N> array;
  array.fill(fill);
  return array;
}

template <class IdType>
IdType id_of(Byte fill) {
  return IdType{filled<16>(fill)};
}

/// An open database with one desk and one epoch.
class StoreTest : public ::testing::Test {
 protected:
  static constexpr std::int64_t hour = 490'000;

  StoreTest() : key(key_of(7)), path(folder.file("hotline.db")) {}

  void SetUp() override {
    open(true);
    add_desk(desk, epoch, "first");
  }

  void open(bool create = false) {
    auto opened = storage::open_stores({path, key, limits, create});
    ASSERT_TRUE(opened) << opened.error().line;
    stores = std::move(*opened);
  }
  void close() { stores.reset(); }
  void reopen() {
    close();
    open();
  }

  void add_desk(DeskId id, EpochId its_epoch, std::string name) {
    ASSERT_TRUE(run_awaitable(stores->desks().add({id, std::move(name), filled<32>(1), false})));
    ASSERT_TRUE(run_awaitable(stores->desks().add_epoch({its_epoch, id, ByteVector(1216, 2), 0, 1'000'000, filled<64>(3)})));
  }

  storage::NewReport new_report(ByteVector sealed) const {
    storage::NewReport report;
    report.epoch = epoch;
    report.received_hour = hour;
    report.sealed = std::move(sealed);
    return report;
  }
  storage::NewReport new_report() const { return new_report(random_vector(2700)); }

  Result<ReportId> add(storage::NewReport report) { return run_awaitable(stores->inbox().add(std::move(report))); }
  std::int64_t count() { return run_awaitable(stores->inbox().count()).value(); }

  /// An upload with this content in pieces of `piece_bytes`.
  std::int64_t upload(BlobId id, const ByteVector& content, std::size_t piece_bytes) {
    const std::int64_t handle = run_awaitable(stores->blobs().begin(id, hour)).value();
    for (std::size_t at = 0; at < content.size(); at += piece_bytes) {
      const Bytes piece = Bytes(content).subspan(at, std::min(piece_bytes, content.size() - at));
      EXPECT_TRUE(run_awaitable(stores->blobs().append(handle, {piece.begin(), piece.end()})));
    }
    return handle;
  }

  storage::Member member_of(Byte fill, std::string name) const {
    storage::Member member;
    member.id = id_of<MemberId>(fill);
    member.name = std::move(name);
    member.desk = desk;
    member.salt = filled<16>(fill);
    member.auth_hash = filled<32>(fill);
    member.wrapped_secret = ByteVector(72, fill);
    member.recovery_wrapped = ByteVector(72, static_cast<Byte>(fill + 1));
    member.recipient = ByteVector(1216, fill);
    member.sign_key = filled<32>(fill);
    member.created_day = 20'000;
    return member;
  }

  TestFolder folder;
  crypto::LockedKey key;
  std::string path;
  Limits limits;
  DeskId desk = id_of<DeskId>(0xd1);
  EpochId epoch = id_of<EpochId>(0xe1);
  std::unique_ptr<storage::SqlcipherStores> stores;
};

}  // namespace hotline::test
