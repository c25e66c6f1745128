// Loaded into the server by LD_PRELOAD: notes every write, truncation, removal and sync below HOTLINE_WRITE_LOG_FOLDER in the file
// HOTLINE_WRITE_LOG, in their order, so that power_loss.py can tell what a disk would hold that lost what was not synced.
//
// A record: what ('w' write, 't' truncate, 'u' unlink, 's' a sync begins, 'S' it has succeeded), length of the path, offset or new
// size, length of the data: little endian, one byte, 2, 8 and 8; then path and data. One record is one write, so threads do not mix them.

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>

namespace {

int log_file = -1;
char folder[PATH_MAX];

template <typename Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

bool is_below(const char* path) {
  const std::size_t length = strlen(folder);
  return log_file >= 0 && length > 0 && strncmp(path, folder, length) == 0;
}

bool path_of(int descriptor, char (&path)[PATH_MAX]) {
  if (log_file < 0) return false;
  char link[64];
  snprintf(link, sizeof(link), "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, path, sizeof(path) - 1);
  if (length <= 0) return false;
  path[length] = 0;
  return is_below(path);
}

void note(char what, const char* path, std::uint64_t number, const void* data = nullptr, std::uint64_t bytes = 0) {
  char head[19];
  const std::uint16_t path_bytes = static_cast<std::uint16_t>(strlen(path));
  head[0] = what;
  memcpy(head + 1, &path_bytes, 2);
  memcpy(head + 3, &number, 8);
  memcpy(head + 11, &bytes, 8);
  const iovec parts[] = {{head, sizeof(head)}, {const_cast<char*>(path), path_bytes}, {const_cast<void*>(data), bytes}};
  static_cast<void>(!writev(log_file, parts, 3));
}

__attribute__((constructor)) void begin() {
  const char* const name = getenv("HOTLINE_WRITE_LOG");
  const char* const below = getenv("HOTLINE_WRITE_LOG_FOLDER");
  if (name == nullptr || below == nullptr || realpath(below, folder) == nullptr) return;
  log_file = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

ssize_t noted_write(const char* name, int descriptor, const void* data, std::size_t bytes, off64_t offset) {
  char path[PATH_MAX];
  if (path_of(descriptor, path)) note('w', path, static_cast<std::uint64_t>(offset), data, bytes);
  return real<ssize_t (*)(int, const void*, std::size_t, off64_t)>(name)(descriptor, data, bytes, offset);
}

int noted_truncate(const char* name, int descriptor, off64_t size) {
  char path[PATH_MAX];
  if (path_of(descriptor, path)) note('t', path, static_cast<std::uint64_t>(size));
  return real<int (*)(int, off64_t)>(name)(descriptor, size);
}

/// What was written before it began is safe once it has ended; what another thread writes meanwhile may not be.
int noted_sync(const char* name, int descriptor) {
  char path[PATH_MAX];
  const bool ours = path_of(descriptor, path);
  if (ours) note('s', path, static_cast<std::uint64_t>(gettid()));
  const int code = real<int (*)(int)>(name)(descriptor);
  if (ours && code == 0) note('S', path, static_cast<std::uint64_t>(gettid()));
  return code;
}

}  // namespace

extern "C" {
ssize_t pwrite(int descriptor, const void* data, std::size_t bytes, off_t offset) { return noted_write("pwrite", descriptor, data, bytes, offset); }
ssize_t pwrite64(int descriptor, const void* data, std::size_t bytes, off64_t offset) { return noted_write("pwrite64", descriptor, data, bytes, offset); }
int ftruncate(int descriptor, off_t size) noexcept { return noted_truncate("ftruncate", descriptor, size); }
int ftruncate64(int descriptor, off64_t size) noexcept { return noted_truncate("ftruncate64", descriptor, size); }
int fsync(int descriptor) { return noted_sync("fsync", descriptor); }
int fdatasync(int descriptor) { return noted_sync("fdatasync", descriptor); }
int unlink(const char* path) noexcept {
  char whole[PATH_MAX];
  if (realpath(path, whole) != nullptr && is_below(whole)) note('u', whole, 0);
  return real<int (*)(const char*)>("unlink")(path);
}
}
