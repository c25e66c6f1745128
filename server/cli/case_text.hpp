#pragma once

#include "server/cli/casebook.hpp"
#include "server/cli/connection.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::cli {

/// The phone that a thread came from: as its last text says.
struct PhoneBack {
  std::string gateway;
  std::string number;
  std::string our_number;           ///< that it was written to; may be empty
  bool silenced = false;            ///< asked for no more texts (STOP) and has not asked for them again
  bool not_safe = false;            ///< said that it is not safe to get texts now, and has not taken it back
};

/// Nothing when no text of the thread tells.
std::optional<PhoneBack> phone_of(const Thread& thread);

struct TextOptions {
  bool after_stop = false;          ///< although the person asked for no more texts
  bool at_any_hour = false;         ///< outside the gateway's hours, and although it was not safe when they last wrote
};

/// Writes the text to the reporter `to` into the case of `file`, then hands it to the server's outbox. The line says what to do when it may not leave.
Outcome<void> reply_by_text(Connection& connection, const Casebook& book, const Thread& file, const Thread& to, const PhoneBack& phone, std::string_view text,
                            const TextOptions& options);

/// What has become of the texts of all its cases.
Outcome<std::vector<storage::TextRow>> texts_of(Connection& connection, const Thread& thread);

/// What has become of a text, in words: "sent: the gateway has it".
std::string text_state_in_words(const storage::TextRow& row);

}  // namespace hotline::cli
