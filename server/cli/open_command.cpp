#include "server/cli/open_command.hpp"

#include "crypto/age_stream.hpp"
#include "server/cli/byte_files.hpp"
#include "server/cli/identity_file.hpp"
#include "server/cli/terminal.hpp"

#include <algorithm>
#include <iterator>

namespace hotline::cli {
namespace {

namespace age = crypto::age;
constexpr std::size_t piece_bytes = 256 * 1024;

std::string explain(boost::system::error_code error) {
  if (error == Errc::wrong_key) return "none of the identities opens it; it was sealed to another recipient";
  if (error == Errc::authentication_failed) return "it was changed, damaged or cut off; get it again from where it came";
  if (error == Errc::too_large) return "its header is too long; it is damaged, or not of a kind that is opened here";
  return "it is not an age file, or its beginning is damaged; get it again from where it came";
}

Outcome<void> pass(InputFile& input, age::Opener& opener, OutputFile& output, const std::string& name) {
  ByteVector piece(piece_bytes);
  crypto::SecretBuffer opened;
  for (bool ended = false; !ended;) {
    const auto size = input.read(piece);
    if (!size) return size.error();
    ended = *size == 0;
    opened.clear();
    const auto step = ended ? opener.finish(opened) : opener.update(Bytes(piece).first(*size), opened);
    // Authenticated, even if what follows is not.
    if (const auto written = output.write(opened.reveal()); !written) return written.error();
    if (!step) return Problem{"cannot open " + name + ": " + explain(step.error())};
  }
  return output.commit();
}

}  // namespace

int run_open(const OpenRequest& request, int standard_input, int standard_output) {
  const auto uses = std::count(request.identity_files.begin(), request.identity_files.end(), "-") + (request.file == "-");
  if (uses > 1) {
    fail("standard input can be one file only; name the others");
    return Exit::wrong_usage;
  }
  std::vector<age::Identity> identities;
  for (const std::string& path : request.identity_files) {
    auto read = read_identity_file(path, standard_input);
    if (!read) return fail(read.error());
    std::move(read->begin(), read->end(), std::back_inserter(identities));
  }
  auto input = InputFile::open(request.file, standard_input);
  if (!input) return fail(input.error());
  auto output = OutputFile::create(request.output, standard_output);
  if (!output) return fail(output.error());

  age::Opener opener = age::Opener::create(identities);
  const std::string name = request.file == "-" ? "standard input" : request.file;
  const auto passed = pass(*input, opener, *output, name);
  if (passed) return Exit::done;
  std::string line = passed.error().line;
  if (const std::uint64_t bytes = output->exposed_bytes(); bytes > 0)
    line += "; " + std::to_string(bytes) + " bytes of it were written already and are not the whole: do not use them";
  return fail(line);
}

}  // namespace hotline::cli
