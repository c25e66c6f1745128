#pragma once

#include "server/cli/connection.hpp"

namespace hotline::cli {

/// How far it came.
struct Rekeyed {
  std::size_t done = 0;
  std::size_t left = 0;     ///< this member holds no key of them, or a colleague changed them at the same moment
};

/// Gives every case that is not closed, and whose key somebody took along who has left, a new key: what is written from now on, they cannot open.
/// The grants of those who read the case (case_rights.hpp) hold the earlier keys too. Case by case, each in one commit: whoever was interrupted
/// calls it again. Shows how far it is.
Outcome<Rekeyed> rekey_cases(Connection& connection, const DeskView& desk);

/// A line for the terminal.
std::string rekeyed_text(const Rekeyed& rekeyed);

}  // namespace hotline::cli
