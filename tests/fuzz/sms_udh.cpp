#include "crypto/secret.hpp"
#include "server/http/utf8.hpp"
#include "server/sms/charset.hpp"
#include "server/smpp/receipt.hpp"
#include "server/smpp/short_message.hpp"
#include "server/smpp/text_parts.hpp"
#include "server/smpp/user_data_header.hpp"
#include "tests/fuzz/check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

using namespace hotline;
using namespace hotline::smpp;

namespace {

bool same(Bytes a, Bytes b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

void check_header(Bytes bytes) {
  const UserDataHeader header = read_user_data_header(bytes);
  FUZZ_CHECK(header.size <= bytes.size());
  if (header.part) FUZZ_CHECK(header.part->count > 1 && header.part->number >= 1 && header.part->number <= header.part->count);
}

/// What is cut is whole when it is joined, and no part is longer than a phone takes.
void check_parts(Bytes bytes, DefaultAlphabet alphabet) {
  const auto parts = split_text(as_text(bytes), alphabet, 9);
  if (!parts) return;
  const crypto::SecretBuffer expected = http::valid_utf8(bytes) ? crypto::SecretBuffer(bytes) : http::clean_text(bytes);
  crypto::SecretBuffer joined;
  FUZZ_CHECK(!parts->parts.empty() && parts->headers == (parts->parts.size() > 1));
  for (std::size_t i = 0; i < parts->parts.size(); ++i) {
    ShortMessage message;
    message.source.value = crypto::SecretBuffer("555");
    message.data_coding = parts->data_coding;
    message.esm_class = parts->headers ? esm_header : std::uint8_t{0};
    const Bytes part = parts->parts[i].reveal();
    FUZZ_CHECK(part.size() <= 160);
    Bytes words = part;
    if (parts->headers) {
      const UserDataHeader header = read_user_data_header(part);
      FUZZ_CHECK(header.sound && header.part && header.part->reference == 9 && header.part->number == i + 1 &&
                 header.part->count == parts->parts.size());
      words = part.subspan(header.size);
    }
    const auto decoded = decode_text(parts->data_coding, alphabet, words);
    FUZZ_CHECK(decoded && !decoded->repaired);
    joined.append(decoded->text.reveal());
  }
  FUZZ_CHECK(same(joined.reveal(), expected.reveal()));
}

void check_receipt(Bytes bytes) {
  const auto receipt = read_receipt_text(as_text(bytes));
  if (receipt) FUZZ_CHECK(!receipt->id.empty() && receipt->id.size() <= 64 && receipt->code.size() <= 32);
  const auto all = spellings(as_text(bytes));
  FUZZ_CHECK(!all.empty() && all.size() <= 3);
}

}  // namespace

/// The first byte tells which: a header, a text to cut, a delivery report, or a message with all of them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  crypto::initialise();
  if (size < 3) return 0;
  const Bytes bytes(data + 3, size - 3);
  const auto alphabet = static_cast<DefaultAlphabet>(data[1] % 3);
  switch (data[0] % 4) {
    case 0: check_header(bytes); break;
    case 1: check_parts(bytes, alphabet); break;
    case 2: check_receipt(bytes); break;
    default: {
      ShortMessage message;
      message.source.value = crypto::SecretBuffer("5016200001");
      message.source.type = 1;
      message.esm_class = esm_header;
      message.data_coding = data[2];
      message.text = crypto::SecretBuffer(bytes);
      const sms::Message read = read_message(message, alphabet, "BZ", bytes, true);
      FUZZ_CHECK(http::valid_utf8(read.text.reveal()));
      break;
    }
  }
  return 0;
}
