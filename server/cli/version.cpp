#include "server/cli/version.hpp"

#include "server/console/bundle.hpp"
#include "storage/sqlcipher/version.hpp"

#include <boost/version.hpp>
#include <openssl/crypto.h>
#include <sodium.h>

#include <array>
#include <fstream>

extern "C" {
struct HotlineCliResource {
  const char* name;
  const char* data;
  std::size_t size;
};
/// Made by the build (deploy/cmake/Library.cmake): NOTICE.
extern const HotlineCliResource hotline_cli_resources[];
}

namespace hotline::cli {
namespace {

/// In hex; nothing when the program's file cannot be read.
std::string own_hash() {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  std::array<char, 65536> piece;
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash;
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  while (file.read(piece.data(), piece.size()), file.gcount() > 0) {
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(piece.data()), static_cast<unsigned long long>(file.gcount()));
  }
  if (!file.eof()) return {};
  crypto_hash_sha256_final(&state, hash.data());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex;
  return sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
}

}  // namespace

std::string version_text() {
  const auto storage = storage::component_versions();
  return std::string("hotline ") + HOTLINE_VERSION + (*HOTLINE_COMMIT == '\0' ? "" : "\nCommit " HOTLINE_COMMIT) + "\nlibsodium " + sodium_version_string() + "\nSQLCipher " + storage.sqlcipher +
         "\nSQLite " + storage.sqlite + "\nOpenSSL " + OpenSSL_version(OPENSSL_VERSION_STRING) + "\nBoost " +
         std::to_string(BOOST_VERSION / 100000) + "." + std::to_string(BOOST_VERSION / 100 % 1000) + "." +
         std::to_string(BOOST_VERSION % 100) + "\nConsole " + console::Bundle().words() + "\nProgram " + own_hash();
}

std::string_view licences_text() { return {hotline_cli_resources[0].data, hotline_cli_resources[0].size}; }

}  // namespace hotline::cli
