#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"

#include <string>
#include <string_view>

namespace hotline::storage {

/// Files that nobody but their owner may read: the key file, the database, backups.
/// Each failure is one line that names the file and the remedy. Any thread.

/// The file is a regular file of ours or root's, closed to group and others, in a directory that not everyone may write.
/// `what` names it in the message: "database", "key file".
Outcome<void> check_private_file(const std::string& path, std::string_view what);
/// The same for a file that is still to be made: its directory is there, ours or root's, and not everyone may write in it.
Outcome<void> check_private_directory(const std::string& path, std::string_view what);
bool file_exists(const std::string& path) noexcept;

/// Makes an empty file, mode 0600, that was not there before.
Outcome<void> create_private_file(const std::string& path, std::string_view what);
/// Writes a new file, mode 0600, and waits until file and name are on stable storage. It is there whole or not at all, also after
/// a crash, which may leave `path`.new; the next attempt removes that.
Outcome<void> write_private_file(const std::string& path, Bytes content, std::string_view what);
/// A byte-for-byte copy of that kind, synced. `destination` must not exist.
Outcome<void> copy_private_file(const std::string& source, const std::string& destination, std::string_view what);

/// Waits until the file's content is on stable storage.
Outcome<void> sync_file(const std::string& path);
/// Waits until the names in the file's directory are on stable storage.
Outcome<void> sync_directory_of(const std::string& path);
/// Renames within a directory and waits until that is on stable storage.
Outcome<void> rename_durably(const std::string& from, const std::string& to);

/// Removes a file when it goes out of scope, unless it was kept: for files under way to their final name.
class RemovedUnlessKept {
 public:
  explicit RemovedUnlessKept(std::string path) : path_(std::move(path)) {}
  RemovedUnlessKept(const RemovedUnlessKept&) = delete;
  RemovedUnlessKept& operator=(const RemovedUnlessKept&) = delete;
  ~RemovedUnlessKept();
  void keep() noexcept { kept_ = true; }

 private:
  std::string path_;
  bool kept_ = false;
};

}  // namespace hotline::storage
