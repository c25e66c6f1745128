#include "server/cli/seal_command.hpp"

#include "crypto/age_stream.hpp"
#include "server/cli/byte_files.hpp"
#include "server/cli/terminal.hpp"

namespace hotline::cli {
namespace {

namespace age = crypto::age;
constexpr std::size_t piece_bytes = 256 * 1024;

Outcome<std::vector<age::Recipient>> parse_recipients(const std::vector<std::string>& texts) {
  std::vector<age::Recipient> recipients;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto recipient = age::Recipient::parse(texts[i]);
    if (recipient) {
      recipients.push_back(*recipient);
      continue;
    }
    const std::string which = texts.size() == 1 ? "the recipient" : "recipient " + std::to_string(i + 1);
    if (recipient.error() == Errc::unsupported)
      return Problem{which + " is of another kind; give one that begins with age1pq1 (age-keygen -pq makes them)"};
    return Problem{which + " is damaged or not complete; copy it again, all 1,959 characters from age1pq1 on"};
  }
  return recipients;
}

}  // namespace

int run_seal(const SealRequest& request, int standard_input, int standard_output) {
  const auto recipients = parse_recipients(request.recipients);
  if (!recipients) {
    fail(recipients.error());
    return Exit::wrong_usage;
  }
  auto sealer = age::Sealer::create(*recipients);
  if (!sealer && sealer.error() == Errc::too_large) return fail("too many recipients; give 40 at most");
  if (!sealer) {
    fail("no recipient; name one with --recipient age1pq1…");
    return Exit::wrong_usage;
  }
  auto input = InputFile::open("-", standard_input);
  auto output = OutputFile::create(request.output, standard_output);
  if (!output) return fail(output.error());

  crypto::SecretBuffer piece;
  piece.resize(piece_bytes);
  ByteVector sealed;
  for (;;) {
    const auto size = input->read(piece.reveal_mutable());
    if (!size) return fail(size.error());
    if (*size == 0) break;
    sealed.clear();
    sealer->update(piece.reveal().first(*size), sealed);
    if (const auto written = output->write(sealed); !written) return fail(written.error());
  }
  sealed.clear();
  sealer->finish(sealed);
  if (const auto written = output->write(sealed); !written) return fail(written.error());
  if (const auto committed = output->commit(); !committed) return fail(committed.error());
  return Exit::done;
}

}  // namespace hotline::cli
