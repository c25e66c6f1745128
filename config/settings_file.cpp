#include "config/settings.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace hotline {
namespace {

/// One file, read whole. The text is wiped with it: it may hold tokens.
struct FileText {
  SettingSecret text;
  mode_t mode = 0;
};

class Descriptor {
 public:
  explicit Descriptor(const std::filesystem::path& path) : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

Problem problem(const std::filesystem::path& path, const std::string& text) { return {path.string() + ": " + text}; }
std::string system_text(int number) { return std::generic_category().message(number); }

Outcome<FileText> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
  const Descriptor file(path);
  if (file.number() < 0) {
    return problem(path, "cannot be opened (" + system_text(errno) + "); check the path and that this user may read it");
  }
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return problem(path, "cannot be examined (" + system_text(errno) + ")");
  if (!S_ISREG(status.st_mode)) return problem(path, "is not a file; name the file itself");
  std::unique_ptr<char[]> buffer = std::make_unique<char[]>(bytes_max + 1);
  std::size_t size = 0;
  int failed = 0;
  while (size <= bytes_max) {
    const ssize_t got = ::read(file.number(), buffer.get() + size, bytes_max + 1 - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) failed = errno;
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  FileText result{SettingSecret({buffer.get(), size}), status.st_mode};
  ::explicit_bzero(buffer.get(), size);
  if (failed != 0) return problem(path, "cannot be read (" + system_text(failed) + ")");
  if (size > bytes_max) return problem(path, "is larger than " + std::to_string(bytes_max) + " bytes; is it the right file?");
  return result;
}

Outcome<SettingSecret> read_token(const std::filesystem::path& path) {
  Outcome<FileText> file = read_file(path, token_bytes_max);
  if (!file) return file.error();
  if ((file->mode & (S_IWGRP | S_IRWXO)) != 0) {
    return problem(path, "holds a secret, but others can read or change it; run: chmod g-w,o= " + path.string());
  }
  std::string_view text = file->text.reveal();
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  if (text.empty()) return problem(path, "is empty; put the secret into it");
  if (text.find('\0') != std::string_view::npos) return problem(path, "holds a zero byte; write the token as plain text");
  return SettingSecret(text);
}

bool holds_token(const Settings& settings) {
  for (const SmsSettings& sms : settings.sms) {
    if (!sms.token.empty() || !sms.path_token.empty()) return true;
    if ((sms.send && !sms.send->secret.empty()) || (sms.smpp && !sms.smpp->password.empty())) return true;
  }
  if (settings.mail && !settings.mail->password.empty()) return true;
  // Whoever knows where a webhook or a topic is can write there, or read what is written.
  for (const CallSettings& call : settings.calls) {
    if (call.way != CallSettings::Way::email || !call.token.empty()) return true;
  }
  return false;
}

}  // namespace

Outcome<Settings> load_settings(const std::filesystem::path& path) {
  Outcome<FileText> file = read_file(path, settings_bytes_max);
  if (!file) return file.error();
  if ((file->mode & (S_IWGRP | S_IWOTH)) != 0) {
    return problem(path, "can be changed by other users; run: chmod go-w " + path.string());
  }
  Outcome<Settings> settings = parse_settings(file->text.reveal(), path.string());
  if (!settings) return settings.error();
  if ((file->mode & S_IROTH) != 0 && holds_token(*settings)) {
    return problem(path, "holds a token, but every user can read it; run: chmod o-r " + path.string());
  }
  std::vector<std::pair<const std::filesystem::path*, SettingSecret*>> secrets;
  for (SmsSettings& sms : settings->sms) {
    secrets.emplace_back(&sms.token_file, &sms.token);
    if (sms.send) secrets.emplace_back(&sms.send->secret_file, &sms.send->secret);
    if (sms.smpp) secrets.emplace_back(&sms.smpp->password_file, &sms.smpp->password);
  }
  if (settings->mail) secrets.emplace_back(&settings->mail->password_file, &settings->mail->password);
  for (CallSettings& call : settings->calls) secrets.emplace_back(&call.token_file, &call.token);
  for (const auto& [path_of_secret, secret] : secrets) {
    if (path_of_secret->empty()) continue;
    Outcome<SettingSecret> read = read_token(*path_of_secret);
    if (!read) return read.error();
    *secret = std::move(*read);
  }
  return settings;
}

}  // namespace hotline
