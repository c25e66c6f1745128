#pragma once

#include "config/error.hpp"
#include "crypto/secret.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hotline::cli {

enum Exit : int { done = 0, failed = 1, wrong_usage = 2 };

/// One line on standard error that says what is wrong and what to do. Returns Exit::failed.
int fail(std::string_view line);
inline int fail(const Problem& problem) { return fail(problem.line); }
/// The same for a command line that cannot be meant. Returns Exit::wrong_usage.
int misuse(std::string_view line);

/// Where a passphrase comes from, in this order: the file, HOTLINE_PASSPHRASE, the terminal (not shown while typed).
/// A final line feed of the file is not part of it. `twice`: a new one, typed two times.
Outcome<crypto::SecretBuffer> read_passphrase(const std::string& file, const std::string& prompt, bool twice = false);

/// The same of a file alone; nothing when none is named. To be read before root goes on as the database's owner, who may not read it.
Outcome<std::optional<crypto::SecretBuffer>> read_passphrase_file(const std::string& file);

/// A code of six digits, as typed: `given` (an option), HOTLINE_TOTP, or the terminal.
Outcome<std::string> read_code(const std::string& given, const std::string& prompt);

/// All of standard input, at most `bytes_max`.
Outcome<crypto::SecretBuffer> read_standard_input(std::size_t bytes_max);

/// A person's words for a reporter, at most 64 KiB: `text`, else the text file, else standard input to its end. An empty `text` is refused:
/// where a variable of a script was empty, nobody waits for standard input.
Outcome<crypto::SecretBuffer> read_words(const std::optional<std::string>& text, const std::string& file);

/// Asks on the terminal, and takes only a whole "yes" for one. Without a terminal at standard input the line tells to use --yes.
Outcome<bool> confirm(const std::string& question);

/// How far long work is, on one line of standard error; silent where that is not a terminal. Shown only after a second.
class Progress {
 public:
  /// `what` is a literal such as "reports opened".
  explicit Progress(std::string_view what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// `total` 0: not known.
  void show(std::uint64_t count, std::uint64_t total = 0);

 private:
  std::string_view what_;
  bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point begun_;
  std::chrono::steady_clock::time_point last_;
};

/// Text for a terminal: control characters (escape sequences in a report among them) and those that turn the order of reading, with which a
/// message could look like a line of ours, become U+FFFD.
std::string printable(std::string_view text);
/// "2026-11-23 17:00 UTC" of hours since 1970.
std::string hour_text(std::int64_t hour);
std::string day_text(std::int64_t day);

/// A file of mode 0600 that does not exist yet, written piece by piece; gone again unless keep() was called.
class PrivateFile {
 public:
  PrivateFile() = default;
  ~PrivateFile();
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;
  Outcome<void> create(const std::string& path);
  Outcome<void> write(Bytes content);
  /// On stable storage when it succeeds.
  Outcome<void> keep();

 private:
  std::string path_;
  int descriptor_ = -1;
};
Outcome<void> write_private_file(const std::string& path, Bytes content);
/// The whole of a text file, at most `bytes_max`.
Outcome<crypto::SecretBuffer> read_text_file(const std::string& path, std::size_t bytes_max);

}  // namespace hotline::cli
