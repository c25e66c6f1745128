#pragma once

#include <string>

namespace hotline::storage {

struct ComponentVersions {
  std::string sqlcipher;
  std::string sqlite;
};
/// Of the libraries that are linked in.
ComponentVersions component_versions();

}  // namespace hotline::storage
