#include "storage/backup_seal.hpp"

#include "crypto/age_stream.hpp"
#include "storage/private_file.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace hotline::storage {
namespace {

namespace age = crypto::age;

constexpr std::size_t piece_bytes = 256 * 1024;
constexpr std::string_view age_beginning = "age-encryption.org/v1\n";

Problem cannot(std::string_view doing, const std::string& path, int error) {
  std::string line = "cannot ";
  line.append(doing).append(" ").append(path).append(": ").append(std::generic_category().message(error));
  if (error == ENOSPC || error == EDQUOT) line.append("; free some space and try again");
  return {std::move(line)};
}

/// A file under way: read or written from beginning to end.
class File {
 public:
  File(const std::string& path, int flags) noexcept : path_(path), number_(::open(path.c_str(), flags | O_CLOEXEC)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (number_ >= 0) ::close(number_);
  }
  bool open() const noexcept { return number_ >= 0; }
  Outcome<std::size_t> read(MutableBytes into) {
    for (;;) {
      const ssize_t taken = ::read(number_, into.data(), into.size());
      if (taken < 0 && errno == EINTR) continue;
      if (taken < 0) return cannot("read", path_, errno);
      return static_cast<std::size_t>(taken);
    }
  }
  Outcome<void> write(Bytes content) {
    while (!content.empty()) {
      const ssize_t written = ::write(number_, content.data(), content.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return cannot("write", path_, errno);
      content = content.subspan(static_cast<std::size_t>(written));
    }
    return {};
  }
  Outcome<void> sync() {
    if (::fsync(number_) != 0) return cannot("write", path_, errno);
    return {};
  }

 private:
  const std::string& path_;
  int number_;
};

/// Reads `from` to its end through `step`, which gets each piece, an empty one last, and gives what is to be written.
template <class Step>
Outcome<void> pass(const std::string& from, const std::string& to, Step step) {
  File input(from, O_RDONLY);
  if (!input.open()) return cannot("read", from, errno);
  File output(to, O_WRONLY | O_NOFOLLOW);
  if (!output.open()) return cannot("write", to, errno);
  ByteVector piece(piece_bytes);
  for (bool ended = false; !ended;) {
    const auto size = input.read(piece);
    if (!size) return size.error();
    ended = *size == 0;
    const Outcome<Bytes> out = step(Bytes(piece).first(*size));
    if (!out) return out.error();
    if (auto written = output.write(*out); !written) return written;
  }
  return output.sync();
}

std::string explain(boost::system::error_code error) {
  if (error == Errc::wrong_key) return "none of the identities opens it: give the identity file of the recipient it was sealed to, with --identity";
  if (error == Errc::authentication_failed) return "it was changed, damaged or cut off: fetch it again, or use another backup";
  return "its beginning is damaged: fetch it again, or use another backup";
}

}  // namespace

Outcome<void> seal_backup(const std::string& from, const std::string& to, std::span<const age::Recipient> recipients) {
  auto sealer = age::Sealer::create(recipients);
  if (!sealer && sealer.error() == Errc::too_large) return Problem{"too many recipients in [backup]: 40 at most"};
  if (!sealer) return Problem{"no recipient for the backup: name one in [backup]"};
  const std::string partial = to + ".sealing";
  ::unlink(partial.c_str());   // of a backup that was cut short
  if (auto created = create_private_file(partial, "backup"); !created) return created;
  RemovedUnlessKept unfinished(partial);
  ByteVector sealed;
  const auto passed = pass(from, partial, [&](Bytes piece) -> Outcome<Bytes> {
    sealed.clear();
    if (piece.empty()) {
      sealer->finish(sealed);
    } else {
      sealer->update(piece, sealed);
    }
    return Bytes(sealed);
  });
  if (!passed) return passed;
  if (auto named = rename_durably(partial, to); !named) return named;
  unfinished.keep();
  return {};
}

bool is_sealed_backup(const std::string& path) noexcept {
  std::array<Byte, age_beginning.size()> beginning{};
  File file(path, O_RDONLY);
  if (!file.open()) return false;
  std::size_t filled = 0;
  while (filled < beginning.size()) {
    const auto taken = file.read(MutableBytes(beginning).subspan(filled));
    if (!taken || *taken == 0) return false;
    filled += *taken;
  }
  return as_text(beginning) == age_beginning;
}

Outcome<void> open_backup(const std::string& from, const std::string& to, std::span<const age::Identity> identities) {
  if (identities.empty()) {
    return Problem{"the backup " + from + " is sealed: name the file of the backup identity, which is kept offline, with --identity"};
  }
  if (auto created = create_private_file(to, "database"); !created) return created;
  RemovedUnlessKept unfinished(to);
  age::Opener opener = age::Opener::create(identities);
  crypto::SecretBuffer opened;
  const auto passed = pass(from, to, [&](Bytes piece) -> Outcome<Bytes> {
    opened.clear();
    const auto step = piece.empty() ? opener.finish(opened) : opener.update(piece, opened);
    if (!step) return Problem{"cannot open the backup " + from + ": " + explain(step.error())};
    return opened.reveal();
  });
  if (!passed) return passed;
  unfinished.keep();
  return {};
}

}  // namespace hotline::storage
