#include "server/cli/case_desk.hpp"

#include "server/cli/terminal.hpp"

namespace hotline::cli {

Outcome<OpenDesk> open_desk(const ConnectionOptions& options) {
  auto connection = sign_in(options);
  if (!connection) return connection.error();
  auto workplace = enter_desk(*connection, options.desk_words);
  if (!workplace) return workplace.error();
  Progress progress("reports opened");
  auto book = Casebook::load(connection->client, std::move(*workplace), [&](std::size_t count) { progress.show(count); });
  if (!book) return book.error();
  return OpenDesk{std::move(*connection), std::move(*book)};
}

}  // namespace hotline::cli
