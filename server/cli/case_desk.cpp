#include "server/cli/case_desk.hpp"

#include "config/clock.hpp"
#include "server/cli/terminal.hpp"

#include <algorithm>

namespace hotline::cli {
namespace {

/// Each time somebody else has stored something, so a desk would have to write this fast to reach it.
constexpr int tries_max = 16;
/// A desk is read anew so often at most; a grant that nobody can open looks like a case of this moment for ever.
constexpr int readings_max = 4;

/// Whether a case was opened for this member while the desk was read: then what seems to be a colleague's may be everybody's.
Outcome<bool> overtaken(Connection& connection, const Casebook& book) {
  if (book.elsewhere().empty()) return false;
  const auto grants = connection.client.grants();
  if (!grants) return grants.error();
  return std::ranges::any_of(*grants, [&](const storage::Grant& grant) {
    return grant.kind == storage::ScopeKind::case_ && book.keyring().case_(CaseId{grant.scope}) == nullptr;
  });
}

bool is_in_case(const Thread& thread, CaseId id) { return thread.case_ && thread.case_->id == id; }

Outcome<Casebook> read_all(Connection& connection, const std::string& desk_words) {
  Progress progress("reports opened");
  for (int left = readings_max;;) {
    auto workplace = enter_desk(connection, desk_words);
    if (!workplace) return workplace.error();
    auto book = Casebook::load(connection.client, std::move(*workplace), [&](std::size_t count) { progress.show(count); });
    if (!book || --left == 0) return book;
    const auto again = overtaken(connection, *book);
    if (!again) return again.error();
    if (!*again) return book;
  }
}

}  // namespace

Outcome<OpenDesk> open_desk(const ConnectionOptions& options) {
  auto connection = sign_in(options);
  if (!connection) return connection.error();
  auto book = read_all(*connection, options.desk_words);
  if (!book) return book.error();
  return OpenDesk{std::move(*connection), std::move(*book), options.desk_words};
}

Outcome<void> OpenDesk::read_again() {
  auto read = read_all(connection, desk_words);
  if (!read) return read.error();
  book = std::move(*read);
  return {};
}

Outcome<void> change_thread(OpenDesk& open, const std::string& id, const MakeDrafts& make, bool take_along) {
  const SystemClock clock;
  std::string quicker;   // once somebody was
  for (int i = 0; i < tries_max; ++i) {
    const auto found = open.book.find(id);
    if (!found) return Problem{quicker + found.error().line};
    const Thread& thread = home_of(**found);
    const auto drafts = make(open.book, thread);
    if (!drafts) return Problem{quicker + drafts.error().line};
    if (drafts->empty() && !take_along) return {};
    const bool is_new = !thread.case_.has_value();
    const auto stored = store_change(open.connection, open.book, thread, *drafts, clock.now(), take_along);
    if (!stored) return stored.error();
    if (stored->done) return {};
    if (!is_new) quicker = "a colleague was quicker: ";
    if (const auto read = open.read_again(); !read) return read.error();
    // What was in no case may have been put into one by ourselves, or by somebody else at the same moment.
    const auto again = open.book.find(id);
    if (is_new && (!again || !is_in_case(home_of(**again), stored->key.id))) quicker = "a colleague was quicker: ";
  }
  return Problem{"colleagues write in this case all the time: try again in a moment"};
}

}  // namespace hotline::cli
