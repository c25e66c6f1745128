#include "server/cli/terminal.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace hotline::cli {
namespace {

constexpr std::size_t passphrase_bytes_max = 1024;
constexpr std::size_t words_bytes_max = 64 * 1024;

/// Reads until a line feed, the end, or the limit.
Outcome<crypto::SecretBuffer> read_line(int descriptor, std::size_t bytes_max, bool whole) {
  crypto::SecretBuffer text;
  for (;;) {
    char c = 0;
    const ssize_t got = ::read(descriptor, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Problem{std::string("cannot read: ") + std::strerror(errno)};
    if (got == 0 || (c == '\n' && !whole)) return text;
    if (text.size() == bytes_max) return Problem{"the input is longer than " + std::to_string(bytes_max) + " bytes"};
    text.push_back(static_cast<Byte>(c));
  }
}

/// The terminal with its echo switched off for a while.
class Silence {
 public:
  explicit Silence(int terminal) : terminal_(terminal) {
    ::tcgetattr(terminal_, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(terminal_, TCSAFLUSH, &silent);
  }
  ~Silence() { ::tcsetattr(terminal_, TCSAFLUSH, &before_); }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  int terminal_;
  termios before_{};
};

Outcome<crypto::SecretBuffer> ask(int terminal, const std::string& prompt) {
  const std::string question = prompt + ": ";
  static_cast<void>(!::write(terminal, question.data(), question.size()));
  const Silence silence(terminal);
  auto line = read_line(terminal, passphrase_bytes_max, false);
  static_cast<void>(!::write(terminal, "\n", 1));
  return line;
}

}  // namespace

int fail(std::string_view line) {
  const std::string text = "hotline: " + std::string(line) + "\n";
  std::fputs(text.c_str(), stderr);
  return Exit::failed;
}

int misuse(std::string_view line) {
  fail(line);
  return Exit::wrong_usage;
}

Outcome<std::optional<crypto::SecretBuffer>> read_passphrase_file(const std::string& file) {
  if (file.empty()) return std::optional<crypto::SecretBuffer>();
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Problem{"cannot read the passphrase file " + file + ": " + std::strerror(errno)};
  auto line = read_line(descriptor, passphrase_bytes_max, false);
  ::close(descriptor);
  if (!line) return line.error();
  if (line->empty()) return Problem{"the passphrase file " + file + " is empty"};
  return std::optional(std::move(*line));
}

Outcome<crypto::SecretBuffer> read_passphrase(const std::string& file, const std::string& prompt, bool twice) {
  auto from_file = read_passphrase_file(file);
  if (!from_file) return from_file.error();
  if (*from_file) return std::move(**from_file);
  if (const char* given = std::getenv("HOTLINE_PASSPHRASE"); given != nullptr && *given != '\0') {
    return crypto::SecretBuffer(std::string_view(given));
  }
  const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (terminal < 0) return Problem{"no terminal to ask for the passphrase: use --passphrase-file or HOTLINE_PASSPHRASE"};
  auto first = ask(terminal, prompt);
  if (first && twice) {
    const auto second = ask(terminal, "The same again");
    if (!second || !crypto::equal_in_constant_time(first->reveal(), second->reveal())) first = Problem{"the two were not the same; try again"};
  }
  ::close(terminal);
  if (first && first->empty()) return Problem{"the passphrase is empty"};
  return first;
}

Outcome<std::string> read_code(const std::string& given, const std::string& prompt) {
  if (!given.empty()) return given;
  if (const char* set = std::getenv("HOTLINE_TOTP"); set != nullptr && *set != '\0') return std::string(set);
  const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0) return Problem{"a code of your authenticator program is needed, and there is no terminal to ask at: add --totp CODE"};
  const std::string question = prompt + ": ";
  static_cast<void>(!::write(terminal, question.data(), question.size()));
  const auto line = read_line(terminal, 32, false);
  ::close(terminal);
  if (!line) return line.error();
  return std::string(line->reveal_text());
}

Outcome<crypto::SecretBuffer> read_standard_input(std::size_t bytes_max) { return read_line(STDIN_FILENO, bytes_max, true); }

Outcome<crypto::SecretBuffer> read_words(const std::optional<std::string>& text, const std::string& file) {
  if (text && text->empty()) return Problem{"--text is empty: write something there, or leave --text out"};
  if (text) return crypto::SecretBuffer{std::string_view(*text)};
  return file.empty() ? read_standard_input(words_bytes_max) : read_text_file(file, words_bytes_max);
}

Outcome<bool> confirm(const std::string& question) {
  if (::isatty(STDIN_FILENO) != 1) return Problem{"this cannot be undone, and there is no terminal to ask at: read what it does, then add --yes"};
  std::fputs((question + " Type yes to go on: ").c_str(), stderr);
  const auto line = read_line(STDIN_FILENO, 256, false);
  if (!line) return line.error();
  return line->reveal_text() == "yes";
}

Progress::Progress(std::string_view what)
    : what_(what), terminal_(::isatty(STDERR_FILENO) == 1), begun_(std::chrono::steady_clock::now()), last_(begun_) {}

Progress::~Progress() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

void Progress::show(std::uint64_t count, std::uint64_t total) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now - begun_ < std::chrono::seconds(1) || now - last_ < std::chrono::milliseconds(200)) return;
  last_ = now;
  shown_ = true;
  std::string line = "\r\033[K" + std::string(what_) + ": " + std::to_string(count);
  if (total > 0) line += " of " + std::to_string(total);
  std::fputs(line.c_str(), stderr);
}

std::string printable(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  /// How many bytes of a character that is not shown begin here; 0: it is shown.
  const auto hidden = [&](std::size_t i) -> std::size_t {
    const unsigned c = byte(i);
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) return 1;
    if (c == 0xC2 && byte(i + 1) >= 0x80 && byte(i + 1) < 0xA0) return 2;                                         // U+0080 to U+009F
    const bool order = c == 0xE2 && ((byte(i + 1) == 0x80 && byte(i + 2) >= 0xAA && byte(i + 2) <= 0xAE) ||       // U+202A to U+202E
                                     (byte(i + 1) == 0x81 && byte(i + 2) >= 0xA6 && byte(i + 2) <= 0xA9));       // U+2066 to U+2069
    return order ? 3 : 0;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = hidden(i);
    if (length == 0) {
      out += text[i++];
    } else {
      out += "\xEF\xBF\xBD";
      i += length;
    }
  }
  return out;
}

std::string hour_text(std::int64_t hour) {
  // What a server or another program writes can be any number: the last hour of the year 9999 stands for all later ones.
  constexpr std::int64_t last_hour = 70'389'527;
  const std::time_t seconds = static_cast<std::time_t>(std::clamp(hour, std::int64_t{0}, last_hour)) * 3600;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:00 UTC", &parts);
  return text;
}

std::string day_text(std::int64_t day) { return hour_text(std::clamp(day, std::int64_t{0}, std::int64_t{3'000'000}) * 24).substr(0, 10); }

PrivateFile::~PrivateFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(path_.c_str());
}

Outcome<void> PrivateFile::create(const std::string& path) {
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor_ >= 0) {
    path_ = path;
    return {};
  }
  return Problem{"cannot write " + path + ": " + std::strerror(errno) + (errno == EEXIST ? "; choose another name" : "")};
}

Outcome<void> PrivateFile::write(Bytes content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor_, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Problem{"cannot write " + path_ + ": " + std::strerror(errno)};
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Outcome<void> PrivateFile::keep() {
  if (::fsync(descriptor_) != 0) return Problem{"cannot write " + path_ + ": " + std::strerror(errno)};
  ::close(descriptor_);
  descriptor_ = -1;
  return {};
}

Outcome<void> write_private_file(const std::string& path, Bytes content) {
  PrivateFile file;
  auto done = file.create(path);
  if (done) done = file.write(content);
  if (done) done = file.keep();
  return done;
}

Outcome<crypto::SecretBuffer> read_text_file(const std::string& path, std::size_t bytes_max) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Problem{"cannot read " + path + ": " + std::strerror(errno)};
  auto text = read_line(descriptor, bytes_max, true);
  ::close(descriptor);
  return text;
}

}  // namespace hotline::cli
