#include "server/cli/version.hpp"

#include "server/console/bundle.hpp"
#include "storage/sqlcipher/version.hpp"

#include <boost/version.hpp>
#include <openssl/crypto.h>
#include <sodium.h>

namespace hotline::cli {

std::string version_text() {
  const auto storage = storage::component_versions();
  return std::string("hotline ") + HOTLINE_VERSION + "\nlibsodium " + sodium_version_string() + "\nSQLCipher " + storage.sqlcipher +
         "\nSQLite " + storage.sqlite + "\nOpenSSL " + OpenSSL_version(OPENSSL_VERSION_STRING) + "\nBoost " +
         std::to_string(BOOST_VERSION / 100000) + "." + std::to_string(BOOST_VERSION / 100 % 1000) + "." +
         std::to_string(BOOST_VERSION % 100) + "\nConsole " + console::Bundle().words();
}

}  // namespace hotline::cli
