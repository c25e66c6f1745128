#pragma once

#include <string>
#include <string_view>

namespace hotline::cli {

/// Hotline's version, the commit when the build was told it, those of libsodium, SQLCipher, SQLite, OpenSSL and Boost, the words of the
/// console, and SHA-256 of the running program in hex, a line each: who builds the same commit (deploy/reproduce) gets the same.
std::string version_text();

/// NOTICE: what is built in and linked, under which licences, with their texts.
std::string_view licences_text();

}  // namespace hotline::cli
