#pragma once

#include "server/cli/casebook.hpp"

#include <string>
#include <string_view>

namespace hotline::cli {

/// What a list is asked for; all of it when nothing is.
struct ListFilter {
  std::string view;                 ///< unread, mine, unassigned, overdue, closed, or empty
  std::string label;
  std::string words;                ///< see holds_words()
  MemberId me;
};
bool fits(const Thread& thread, const ListFilter& filter, std::int64_t now_hour);

/// Whether all of these words, or beginnings of words, occur in what was written: messages, answers, notes, replies, translations, tasks, labels in
/// either language. Capitals and accents do not count. No input and output.
bool holds_words(const Thread& thread, std::string_view words);

}  // namespace hotline::cli
