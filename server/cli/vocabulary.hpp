#pragma once

#include "config/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hotline::cli {

/// The field's words for cases, as web/console/vocabulary.json lists them for the browser and for the command line alike. Built in.
class Vocabulary {
 public:
  struct Word {
    std::string key;
    std::string en;
    std::string es;
  };
  struct Group {
    Word name;
    std::vector<Word> labels;
  };

  /// Read once, then by any thread. Throws std::logic_error when the file is not what it should be: it is our own.
  static const Vocabulary& built_in();

  const std::vector<Group>& groups() const noexcept { return groups_; }
  const std::vector<Word>& close_types() const noexcept { return close_types_; }
  const std::vector<Word>& statuses() const noexcept { return statuses_; }
  const std::vector<Word>& decided_by() const noexcept { return decided_by_; }
  /// What the record for the police holds: trigger, when, whom, what, by.
  const std::vector<Word>& police() const noexcept { return police_; }

  /// The label that is meant: a key, the end of exactly one key ("debt_bondage"), or own: and up to 64 bytes of the desk's own.
  Outcome<std::string> label(std::string_view typed) const;
  /// A label in English, or in Spanish when `language` begins with "es"; one of the desk's own, or an unknown one, as it is.
  std::string label_words(std::string_view key, std::string_view language) const;

 private:
  explicit Vocabulary(std::string_view json);

  std::vector<Group> groups_;
  std::vector<Word> close_types_;
  std::vector<Word> statuses_;
  std::vector<Word> decided_by_;
  std::vector<Word> police_;
};

/// Whether one of them has that key.
bool has_key(const std::vector<Vocabulary::Word>& words, std::string_view key);
/// "resolved, referred, …", for messages.
std::string keys_of(const std::vector<Vocabulary::Word>& words);
const std::string& in_language(const Vocabulary::Word& word, std::string_view language);

}  // namespace hotline::cli
