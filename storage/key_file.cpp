#include "storage/key_file.hpp"

#include "crypto/encoding.hpp"
#include "crypto/random.hpp"
#include "storage/private_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace hotline::storage {
namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t digits = 2 * key_bytes;
constexpr std::string_view digit_text = "0123456789abcdef";

int digit_value(Byte digit) noexcept {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

bool decode(Bytes text, std::span<Byte, key_bytes> key) noexcept {
  for (std::size_t i = 0; i < key_bytes; ++i) {
    const int high = digit_value(text[2 * i]);
    const int low = digit_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    key[i] = static_cast<Byte>(high * 16 + low);
  }
  return true;
}

/// Where the service manager put a credential of the key file's name, or nothing.
std::string credential_for(const std::string& path) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder == '\0') return {};
  const std::string found = (std::filesystem::path(folder) / std::filesystem::path(path).filename()).string();
  return file_exists(found) ? found : std::string();
}

/// Where encrypted-key.conf puts what the service manager opens.
std::string encrypted_name(const std::string& path) { return path + ".cred"; }

/// The manager keeps credentials in a folder of their own; on some systems an access list shows as rights of the group.
Outcome<void> check_credential(const std::string& path) {
  struct stat status {};
  const bool well = ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & (S_IWGRP | S_IRWXO)) == 0;
  if (!well) return Problem{"the credential " + path + " is no file that only the service can read: hand it over with LoadCredential="};
  return {};
}

/// As many bytes as the file has, up to the size of `into`.
std::ptrdiff_t read_start(const std::string& path, MutableBytes into) noexcept {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  std::size_t filled = 0;
  while (filled < into.size()) {
    const ssize_t taken = ::read(file, into.data() + filled, into.size() - filled);
    if (taken < 0 && errno == EINTR) continue;
    if (taken <= 0) break;
    filled += static_cast<std::size_t>(taken);
  }
  ::close(file);
  return static_cast<std::ptrdiff_t>(filled);
}

}  // namespace

Outcome<void> create_key_file(const std::string& path) {
  const auto key = crypto::random_secret<key_bytes>();
  crypto::Secret<digits + 1> text;
  const auto out = text.reveal_mutable();
  std::size_t at = 0;
  for (const Byte byte : key.reveal()) {
    out[at++] = static_cast<Byte>(digit_text[byte >> 4]);
    out[at++] = static_cast<Byte>(digit_text[byte & 15]);
  }
  out[at] = '\n';
  return write_private_file(path, text.reveal(), "key file");
}

bool key_is_there(const std::string& path) { return file_exists(path) || !credential_for(path).empty() || file_exists(encrypted_name(path)); }

Outcome<crypto::LockedKey> load_key_file(const std::string& named) {
  const std::string credential = credential_for(named);
  const std::string& path = credential.empty() ? named : credential;
  // Encrypted as deploy/systemd/encrypted-key.conf says: a command that was not handed the key must not send anybody to make another one.
  if (const std::string encrypted = encrypted_name(named); credential.empty() && !file_exists(named) && file_exists(encrypted)) {
    return Problem{"the key is encrypted, in " + encrypted + ", and systemd opens it: systemd-run --pipe --wait -p LoadCredentialEncrypted=" +
                   std::filesystem::path(named).filename().string() + ":" + encrypted + " hotline COMMAND"};
  }
  const auto checked = credential.empty() ? check_private_file(path, "key file") : check_credential(path);
  if (!checked) return checked.error();
  crypto::Secret<digits + 2> text;  // one more than there should be, so that a longer file is noticed
  const std::ptrdiff_t size = read_start(path, text.reveal_mutable());
  if (size < 0) return Problem{"cannot read the key file " + path + ": run as the user that Hotline runs as"};
  const Bytes bytes = Bytes(text.reveal()).first(static_cast<std::size_t>(size));
  const bool ends_well = bytes.size() == digits || (bytes.size() == digits + 1 && bytes[digits] == '\n');
  crypto::Secret<key_bytes> key;
  if (!ends_well || !decode(bytes, key.reveal_mutable())) {
    return Problem{"the key file " + path + " does not hold 64 hex digits: put back the one that was made with the database"};
  }
  auto locked = crypto::LockedKey::create(key.reveal());
  if (!locked) return Problem{"no locked memory for the key in " + path + ": raise the limit of locked memory (ulimit -l)"};
  return std::move(*locked);
}

}  // namespace hotline::storage
