#include "tests/support/faulty_vfs.hpp"

#include <sqlcipher/sqlite3.h>

#include <cstddef>
#include <stdexcept>

namespace hotline::test {
namespace {

FaultyVfs* current = nullptr;
sqlite3_vfs* real = nullptr;
sqlite3_vfs registered{};

struct File {
  sqlite3_file base;
  sqlite3_file* inner;   // lies behind this struct
};

sqlite3_file* inner(sqlite3_file* file) { return reinterpret_cast<File*>(file)->inner; }

sqlite3_io_methods make_methods() {
  sqlite3_io_methods methods{};
  methods.iVersion = 3;
  methods.xClose = [](sqlite3_file* f) { return inner(f)->pMethods == nullptr ? SQLITE_OK : inner(f)->pMethods->xClose(inner(f)); };
  methods.xRead = [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) { return inner(f)->pMethods->xRead(inner(f), to, n, at); };
  methods.xWrite = [](sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
    const int code = current->before_write();
    return code != SQLITE_OK ? code : inner(f)->pMethods->xWrite(inner(f), from, n, at);
  };
  methods.xTruncate = [](sqlite3_file* f, sqlite3_int64 n) { return inner(f)->pMethods->xTruncate(inner(f), n); };
  methods.xSync = [](sqlite3_file* f, int flags) {
    const int code = current->before_sync();
    return code != SQLITE_OK ? code : inner(f)->pMethods->xSync(inner(f), flags);
  };
  methods.xFileSize = [](sqlite3_file* f, sqlite3_int64* n) { return inner(f)->pMethods->xFileSize(inner(f), n); };
  methods.xLock = [](sqlite3_file* f, int l) { return inner(f)->pMethods->xLock(inner(f), l); };
  methods.xUnlock = [](sqlite3_file* f, int l) { return inner(f)->pMethods->xUnlock(inner(f), l); };
  methods.xCheckReservedLock = [](sqlite3_file* f, int* r) { return inner(f)->pMethods->xCheckReservedLock(inner(f), r); };
  methods.xFileControl = [](sqlite3_file* f, int op, void* a) { return inner(f)->pMethods->xFileControl(inner(f), op, a); };
  methods.xSectorSize = [](sqlite3_file* f) { return inner(f)->pMethods->xSectorSize(inner(f)); };
  methods.xDeviceCharacteristics = [](sqlite3_file* f) { return inner(f)->pMethods->xDeviceCharacteristics(inner(f)); };
  methods.xShmMap = [](sqlite3_file* f, int r, int n, int e, void volatile** p) { return inner(f)->pMethods->xShmMap(inner(f), r, n, e, p); };
  methods.xShmLock = [](sqlite3_file* f, int o, int n, int l) { return inner(f)->pMethods->xShmLock(inner(f), o, n, l); };
  methods.xShmBarrier = [](sqlite3_file* f) { inner(f)->pMethods->xShmBarrier(inner(f)); };
  methods.xShmUnmap = [](sqlite3_file* f, int d) { return inner(f)->pMethods->xShmUnmap(inner(f), d); };
  methods.xFetch = [](sqlite3_file* f, sqlite3_int64 at, int n, void** p) { return inner(f)->pMethods->xFetch(inner(f), at, n, p); };
  methods.xUnfetch = [](sqlite3_file* f, sqlite3_int64 at, void* p) { return inner(f)->pMethods->xUnfetch(inner(f), at, p); };
  return methods;
}

const sqlite3_io_methods methods = make_methods();

int open_file(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  auto* const wrapper = reinterpret_cast<File*>(file);
  wrapper->inner = reinterpret_cast<sqlite3_file*>(wrapper + 1);
  wrapper->inner->pMethods = nullptr;
  const int code = real->xOpen(real, name, wrapper->inner, flags, out_flags);
  wrapper->base.pMethods = code == SQLITE_OK ? &methods : nullptr;
  return code;
}

}  // namespace

FaultyVfs::FaultyVfs() {
  if (current != nullptr) throw std::logic_error("one FaultyVfs at a time");
  sqlite3_initialize();
  real = sqlite3_vfs_find(nullptr);
  registered = *real;
  registered.zName = "faulty";
  registered.pNext = nullptr;
  registered.szOsFile = static_cast<int>(sizeof(File)) + real->szOsFile;
  registered.xOpen = open_file;
  registered.xGetLastError = [](sqlite3_vfs*, int n, char* text) {
    return current->system_error() != 0 ? current->system_error() : real->xGetLastError(real, n, text);
  };
  current = this;
  sqlite3_vfs_register(&registered, 1);
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(&registered);
  sqlite3_vfs_register(real, 1);
  current = nullptr;
}

void FaultyVfs::fail_writes(int sqlite_code, int system_error) {
  system_error_ = system_error;
  write_code_ = sqlite_code;
}

void FaultyVfs::fail_syncs(int sqlite_code, int system_error) {
  system_error_ = system_error;
  sync_code_ = sqlite_code;
}

void FaultyVfs::heal() {
  write_code_ = 0;
  sync_code_ = 0;
  system_error_ = 0;
}

int FaultyVfs::before_write() {
  if (const int code = write_code_; code != 0) {
    ++failures_;
    return code;
  }
  return SQLITE_OK;
}

int FaultyVfs::before_sync() {
  {
    std::unique_lock lock(mutex_);
    if (hold_ == Hold::wanted) {
      hold_ = Hold::held;
      changed_.notify_all();
      changed_.wait(lock, [this] { return hold_ == Hold::none; });
    }
  }
  if (const int code = sync_code_; code != 0) {
    ++failures_;
    return code;
  }
  return SQLITE_OK;
}

void FaultyVfs::hold_next_sync() {
  const std::lock_guard lock(mutex_);
  hold_ = Hold::wanted;
}

void FaultyVfs::wait_until_held() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return hold_ == Hold::held; });
}

void FaultyVfs::release_sync() {
  {
    const std::lock_guard lock(mutex_);
    hold_ = Hold::none;
  }
  changed_.notify_all();
}

}  // namespace hotline::test
