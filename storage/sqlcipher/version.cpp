#include "storage/sqlcipher/version.hpp"

#include <sqlcipher/sqlite3.h>

namespace hotline::storage {

ComponentVersions component_versions() {
  ComponentVersions versions{.sqlcipher = "unknown", .sqlite = sqlite3_libversion()};
  sqlite3* memory = nullptr;
  const auto take = [](void* into, int, char** values, char**) {
    if (values[0] != nullptr) *static_cast<std::string*>(into) = values[0];
    return 0;
  };
  if (sqlite3_open(":memory:", &memory) == SQLITE_OK) {
    sqlite3_exec(memory, "PRAGMA cipher_version", take, &versions.sqlcipher, nullptr);
  }
  sqlite3_close(memory);
  return versions;
}

}  // namespace hotline::storage
