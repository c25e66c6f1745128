#pragma once

#include <cstdint>
#include <string_view>

namespace hotline::storage::sqlcipher {

/// Whether a line of `PRAGMA cipher_integrity_check` is about a page that lies 4 GiB or more into the file. SQLCipher as we have it (4.6.1) computes a page's place
/// in 32 bits and so reads another one for each of these, which it then calls wrong (issue 604 of sqlcipher/sqlcipher). Those that are in use
/// are authenticated all the same, when SQLite reads them: `PRAGMA integrity_check` reads them all.
bool is_about_page_beyond_4_gib(std::string_view line, std::int64_t page_bytes) noexcept;

}  // namespace hotline::storage::sqlcipher
