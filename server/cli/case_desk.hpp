#pragma once

#include "server/cli/case_record.hpp"
#include "server/cli/casebook.hpp"
#include "server/cli/connection.hpp"

#include <functional>
#include <string>
#include <vector>

namespace hotline::cli {

/// A signed-in member at their desk, with all that they can read there.
struct OpenDesk {
  Connection connection;
  Casebook book;
  std::string desk_words;             ///< that the desk key must have; empty: not compared

  /// Fetches and opens everything again.
  Outcome<void> read_again();
};

/// Signs in, fetches and opens everything; shows how far it is where that takes long.
Outcome<OpenDesk> open_desk(const ConnectionOptions& options);

/// What a command records in a thread as it is now. The line says why it does not.
using MakeDrafts = std::function<Outcome<std::vector<EventDraft>>(const Casebook& book, const Thread& thread)>;

/// Finds the thread of that id and stores what `make` says. When a colleague was quicker everything is fetched again and `make` asked again:
/// nothing that a colleague stored is lost, and nothing is stored on what is no longer so. No drafts: nothing is stored.
Outcome<void> change_thread(OpenDesk& open, const std::string& id, const MakeDrafts& make, bool take_along = false);

}  // namespace hotline::cli
