#include "storage/key_file.hpp"

#include "tests/unit/storage/store_fixture.hpp"

#include <fstream>
#include <sys/stat.h>

namespace hotline::test {
namespace {

using storage::create_key_file;
using storage::load_key_file;

class KeyFile : public ::testing::Test {
 protected:
  KeyFile() { crypto::initialise(); }
  void write(const std::string& text) {
    std::ofstream(path, std::ios::trunc | std::ios::binary) << text;
    ::chmod(path.c_str(), 0600);
  }
  std::string refusal() {
    const auto loaded = load_key_file(path);
    return loaded ? "" : loaded.error().line;
  }
  TestFolder folder;
  std::string path = folder.file("key");
};

TEST_F(KeyFile, IsMadeClosedToOthersAndReadBack) {
  ASSERT_TRUE(create_key_file(path));
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  EXPECT_EQ(status.st_size, 65);

  const auto key = load_key_file(path);
  ASSERT_TRUE(key) << key.error().line;
  ASSERT_EQ(key->size(), 32u);
  std::string text;
  std::getline(std::ifstream(path), text);
  EXPECT_EQ(text, id_to_hex(key->reveal()));
}

TEST_F(KeyFile, TwoKeysDiffer) {
  ASSERT_TRUE(create_key_file(path));
  ASSERT_TRUE(create_key_file(folder.file("other")));
  const auto first = load_key_file(path);
  const auto second = load_key_file(folder.file("other"));
  EXPECT_FALSE(crypto::equal_in_constant_time(first->reveal(), second->reveal()));
}

TEST_F(KeyFile, IsNeverOverwritten) {
  write("what was there before");
  const auto created = create_key_file(path);
  ASSERT_FALSE(created);
  EXPECT_NE(created.error().line.find(path), std::string::npos);
  std::string text;
  std::getline(std::ifstream(path), text);
  EXPECT_EQ(text, "what was there before");
}

TEST_F(KeyFile, WhatACrashLeftUnfinishedIsNoObstacle) {
  std::ofstream(path + ".new") << "half a k";
  ASSERT_TRUE(create_key_file(path));
  EXPECT_TRUE(load_key_file(path));
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
}

TEST_F(KeyFile, MissingIsSaid) {
  EXPECT_NE(refusal().find("there is no key file at " + path), std::string::npos);
}

TEST_F(KeyFile, EncryptedForSystemdSendsThere) {
  std::ofstream(path + ".cred") << "what systemd-creds wrote";
  const std::string line = refusal();
  EXPECT_NE(line.find("LoadCredentialEncrypted=" + std::filesystem::path(path).filename().string() + ":" + path + ".cred hotline"), std::string::npos) << line;
  EXPECT_EQ(line.find("hotline init"), std::string::npos) << line;
}

TEST_F(KeyFile, AcceptsUpperCaseAndNoNewline) {
  write(std::string(64, 'A'));
  const auto key = load_key_file(path);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->reveal()[0], 0xaa);
}

TEST_F(KeyFile, WrongContentIsRefusedWithoutRepeatingIt) {
  for (const std::string& text : {std::string(), std::string(63, 'a') + "\n", std::string(65, 'a') + "\n", std::string(63, 'a') + "g\n",
                                  std::string(64, 'a') + "\n\n", std::string(64, 'a') + "x"}) {
    write(text);
    EXPECT_NE(refusal().find("64 hex digits"), std::string::npos) << text.size();
    EXPECT_EQ(refusal().find("aaaa"), std::string::npos);
  }
}

TEST_F(KeyFile, OpenToOthersIsRefused) {
  ASSERT_TRUE(create_key_file(path));
  for (const mode_t mode : {0640u, 0604u, 0620u, 0602u, 0610u, 0601u}) {
    ::chmod(path.c_str(), mode);
    EXPECT_NE(refusal().find("chmod 600 " + path), std::string::npos) << mode;
  }
  ::chmod(path.c_str(), 0400);
  EXPECT_EQ(refusal(), "");
}

TEST_F(KeyFile, DirectoryThatEveryoneMayWriteInIsRefused) {
  ASSERT_TRUE(create_key_file(path));
  ::chmod(folder.path().c_str(), 0777);
  EXPECT_NE(refusal().find("chmod o-w"), std::string::npos);
  EXPECT_FALSE(create_key_file(folder.file("other")));
}

TEST_F(KeyFile, MissingDirectoryIsSaid) {
  const auto created = create_key_file(folder.file("nowhere/key"));
  ASSERT_FALSE(created);
  EXPECT_NE(created.error().line.find(folder.file("nowhere")), std::string::npos);
}

}  // namespace
}  // namespace hotline::test
