#include "server/cli/identity_file.hpp"

#include "crypto/secret.hpp"
#include "server/cli/byte_files.hpp"

#include <string_view>

namespace hotline::cli {
namespace {

constexpr std::size_t identity_file_bytes_max = 1024 * 1024;

Outcome<crypto::SecretBuffer> read_all(const std::string& path, int standard_input) {
  auto file = InputFile::open(path, standard_input);
  if (!file) return file.error();
  crypto::SecretBuffer text;
  std::size_t size = 0;
  for (;;) {
    text.resize(size + 4096);
    const auto read = file->read(text.reveal_mutable().subspan(size));
    if (!read) return read.error();
    size += *read;
    if (size > identity_file_bytes_max)
      return Problem{"the identity file " + path + " is larger than 1 MiB; name the file that age-keygen or an export wrote"};
    if (*read == 0) break;
  }
  text.resize(size);
  return text;
}

}  // namespace

Outcome<std::vector<crypto::age::Identity>> read_identity_file(const std::string& path, int standard_input) {
  const auto text = read_all(path, standard_input);
  if (!text) return text.error();
  std::vector<crypto::age::Identity> identities;
  std::string_view rest = text->reveal_text();
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    auto identity = crypto::age::Identity::parse(line);
    if (identity) {
      identities.push_back(std::move(*identity));
      continue;
    }
    const std::string where = "line " + std::to_string(number) + " of the identity file " + path;
    if (identity.error() == Errc::unsupported)
      return Problem{where + " holds a key of another kind; identities begin with AGE-SECRET-KEY-PQ-1"};
    return Problem{where + " is not an identity, or is damaged; it should be AGE-SECRET-KEY-PQ-1 and 58 characters more"};
  }
  if (identities.empty()) return Problem{"the identity file " + path + " holds no identity; name one that does"};
  return identities;
}

}  // namespace hotline::cli
