#pragma once

#include <string>

namespace hotline::cli {

/// Hotline's version and those of libsodium, SQLCipher, SQLite, OpenSSL and Boost, a line each.
std::string version_text();

}  // namespace hotline::cli
