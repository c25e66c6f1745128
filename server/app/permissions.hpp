#pragma once

#include "config/settings.hpp"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace hotline::app {

/// What may be done below a path.
enum class PathUse {
  read,            ///< files are read, folders listed
  database,        ///< files are read, written, made, renamed and removed; no folders, links, sockets or devices are made
  make_sockets,    ///< Unix sockets are made and removed; nothing is read
};

struct PathPermission {
  std::filesystem::path path;   ///< a folder, with all that is below it, or one file
  PathUse use;
  bool operator==(const PathPermission&) const = default;
};

/// All that the server needs once its settings and its key are in memory. Whatever is not named here is taken from the process.
struct Permissions {
  std::vector<PathPermission> paths;
  std::vector<std::uint16_t> bind_ports;   ///< TCP; 0: whichever the system picks
  bool connect = false;                    ///< to others, and asking for their names: gateways, mail servers, webhooks
};

/// What these settings call for. A path that is a symbolic link brings the folder to which it leads now, so that files that are replaced
/// (certificates, the database's own) go on being found. Where nobody is called and no gateway is set there is neither a
/// connection to others nor a look into /etc.
Permissions permissions_of(const Settings& settings);

}  // namespace hotline::app
