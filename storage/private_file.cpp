#include "storage/private_file.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace hotline::storage {
namespace {

/// A descriptor that is closed with its scope.
class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  bool open() const noexcept { return number_ >= 0; }
  int number() const noexcept { return number_; }
  bool close() noexcept {
    const int closing = std::exchange(number_, -1);
    return closing < 0 || ::close(closing) == 0;
  }

 private:
  int number_;
};

Problem system_problem(std::string_view doing, const std::string& path, int error) {
  std::string line = "cannot ";
  line.append(doing).append(" ").append(path).append(": ").append(std::generic_category().message(error));
  if (error == ENOSPC || error == EDQUOT) line.append("; free some space and try again");
  if (error == EACCES || error == EPERM) line.append("; run as the user that Hotline runs as, or correct the file's owner and mode");
  return {std::move(line)};
}

std::string directory_of(const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  return directory.empty() ? std::string(".") : directory;
}

bool ours_or_roots(uid_t owner) noexcept { return owner == 0 || owner == ::geteuid(); }

bool write_all(int descriptor, Bytes content) noexcept {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

bool file_exists(const std::string& path) noexcept {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

Outcome<void> check_private_directory(const std::string& path, std::string_view what) {
  const std::string directory = directory_of(path);
  struct stat status {};
  if (::stat(directory.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return Problem{"the directory " + directory + " of the " + std::string(what) + " does not exist: make it with  install -d -m 700 " +
                     directory};
    }
    return system_problem("look at", directory, errno);
  }
  if (!S_ISDIR(status.st_mode)) return Problem{directory + " is not a directory: correct the path of the " + std::string(what)};
  if ((status.st_mode & S_IWOTH) != 0) {
    return Problem{"everyone may write in " + directory + ", the directory of the " + std::string(what) + ": chmod o-w " + directory +
                   ", or use a directory of its own"};
  }
  if (!ours_or_roots(status.st_uid)) {
    return Problem{directory + ", the directory of the " + std::string(what) + ", belongs to another user: chown it to the user that Hotline runs as"};
  }
  return {};
}

Outcome<void> check_private_file(const std::string& path, std::string_view what) {
  if (auto directory = check_private_directory(path, what); !directory) return directory;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT && what == "key file") {
      // A new key would open nothing of what is there.
      return Problem{"there is no key file at " + path + ": correct the path, or put back the copy from the safe; for a new desk:  hotline init"};
    }
    if (errno == ENOENT) return Problem{"there is no " + std::string(what) + " at " + path + ": correct the path, or make it with  hotline init"};
    return system_problem("look at", path, errno);
  }
  if (!S_ISREG(status.st_mode)) return Problem{"the " + std::string(what) + " " + path + " is not a file: correct the path"};
  if (!ours_or_roots(status.st_uid)) {
    return Problem{"the " + std::string(what) + " " + path + " belongs to another user: chown it to the user that Hotline runs as"};
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Problem{"the " + std::string(what) + " " + path + " is open to other users: chmod 600 " + path};
  }
  return {};
}

Outcome<void> create_private_file(const std::string& path, std::string_view what) {
  if (auto directory = check_private_directory(path, what); !directory) return directory;
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!file.open()) {
    if (errno == EEXIST) return Problem{"the " + std::string(what) + " " + path + " is there already: it is left as it is"};
    return system_problem("make", path, errno);
  }
  return {};
}

Outcome<void> write_private_file(const std::string& path, Bytes content, std::string_view what) {
  if (auto directory = check_private_directory(path, what); !directory) return directory;
  // Under another name until it is whole: a crash leaves no half file where one is looked for.
  const std::string under_way = path + ".new";
  ::unlink(under_way.c_str());
  if (auto created = create_private_file(under_way, what); !created) return created;
  const RemovedUnlessKept removed(under_way);
  Descriptor file(::open(under_way.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.open() || !write_all(file.number(), content) || ::fsync(file.number()) != 0) return system_problem("write", path, errno);
  if (!file.close()) return system_problem("write", path, errno);
  // A link, unlike renaming, never takes the place of a file that is there.
  if (::link(under_way.c_str(), path.c_str()) != 0) {
    if (errno == EEXIST) return Problem{"the " + std::string(what) + " " + path + " is there already: it is left as it is"};
    return system_problem("make", path, errno);
  }
  ::unlink(under_way.c_str());
  return sync_directory_of(path);
}

Outcome<void> copy_private_file(const std::string& source, const std::string& destination, std::string_view what) {
  const Descriptor from(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
  if (!from.open()) return system_problem("read", source, errno);
  if (auto created = create_private_file(destination, what); !created) return created;
  RemovedUnlessKept unfinished(destination);
  Descriptor to(::open(destination.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!to.open()) return system_problem("write", destination, errno);
  ByteVector buffer(1024 * 1024);
  for (;;) {
    const ssize_t taken = ::read(from.number(), buffer.data(), buffer.size());
    if (taken < 0 && errno == EINTR) continue;
    if (taken < 0) return system_problem("read", source, errno);
    if (taken == 0) break;
    if (!write_all(to.number(), Bytes(buffer).first(static_cast<std::size_t>(taken)))) return system_problem("write", destination, errno);
  }
  if (::fsync(to.number()) != 0 || !to.close()) return system_problem("write", destination, errno);
  unfinished.keep();
  return {};
}

Outcome<void> sync_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open() || ::fsync(file.number()) != 0) return system_problem("write", path, errno);
  return {};
}

Outcome<void> sync_directory_of(const std::string& path) {
  const std::string directory = directory_of(path);
  const Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.open() || ::fsync(opened.number()) != 0) return system_problem("write", directory, errno);
  return {};
}

Outcome<void> rename_durably(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return system_problem("rename", from, errno);
  return sync_directory_of(to);
}

RemovedUnlessKept::~RemovedUnlessKept() {
  if (!kept_) ::unlink(path_.c_str());
}

}  // namespace hotline::storage
