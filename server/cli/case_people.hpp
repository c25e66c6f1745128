#pragma once

#include "server/cli/casebook.hpp"

#include <string>
#include <vector>

namespace hotline::cli {

/// The people whom a case is about: threads of the book, the one that the case stands by first. A thread whose messages no other case names is
/// alone. The book must outlive what is returned.
std::vector<const Thread*> people_of(const std::vector<Thread>& threads, const Thread& thread);

/// Whom an answer goes to: by the id of one of their reports, or its first four digits or more. `to` is empty: the only one there is. The line says
/// whom to choose from: nobody is chosen for the caseworker, since an answer cannot be taken back.
Outcome<const Thread*> addressee(const std::vector<const Thread*>& people, const std::string& to);

}  // namespace hotline::cli
