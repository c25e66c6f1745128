#pragma once

#include "config/error.hpp"
#include "server/app/permissions.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace hotline::app {

/// One thing that was tried by a process as confined as the server.
struct Trial {
  std::string what;       ///< "start a program"
  bool should_work;       ///< a few things must go on working
  bool worked;
  bool as_it_should() const noexcept { return should_work == worked; }
};

/// Confines child processes as the server is confined and has each try one thing: what an intruder would do, and what the server
/// needs. `database` is the database's file; in its folder a small file is made and removed. Call without other threads.
/// Fails where a child cannot be made or confined.
Outcome<std::vector<Trial>> try_confinement(const Permissions& permissions, const std::filesystem::path& database);

}  // namespace hotline::app
