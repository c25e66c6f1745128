#include "crypto/age_stream.hpp"
#include "tests/fuzz/check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace age = hotline::crypto::age;
using hotline::Bytes;
using hotline::crypto::Secret;
using hotline::crypto::SecretBuffer;

namespace {

/// The identity and the file key to which the inputs of the corpus are sealed: bytes 0, 1, 2 …
template <std::size_t N>
Secret<N> counting_secret() {
  Secret<N> secret;
  for (std::size_t i = 0; i < N; ++i) secret.reveal_mutable()[i] = static_cast<hotline::Byte>(i);
  return secret;
}

struct Outcome {
  boost::system::error_code error;
  SecretBuffer released;
};

Outcome open_in_pieces(age::Opener opener, Bytes file, std::size_t piece_bytes) {
  Outcome outcome;
  while (!file.empty() && !outcome.error) {
    const Bytes piece = file.first(std::min(piece_bytes, file.size()));
    if (const auto step = opener.update(piece, outcome.released); !step) outcome.error = step.error();
    file = file.subspan(piece.size());
  }
  if (!outcome.error) {
    if (const auto step = opener.finish(outcome.released); !step) outcome.error = step.error();
  }
  return outcome;
}

}  // namespace

/// Whole files, binary or armored: the outcome is the same however the file is cut. The first byte chooses what opens it
/// (an identity or a known file key), the second the size of pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<age::Identity> identities = [] {
    hotline::crypto::initialise();
    std::vector<age::Identity> list;
    list.push_back(age::Identity::from_seed(counting_secret<32>()));
    return list;
  }();
  if (size < 2) return 0;
  const auto opener = [&] {
    return data[0] % 2 == 0 ? age::Opener::create(identities) : age::Opener::with_file_key(counting_secret<16>());
  };
  const Bytes file(data + 2, size - 2);
  const std::size_t piece_bytes = data[1] + std::size_t{1};
  const Outcome whole = open_in_pieces(opener(), file, file.size() + 1);
  const Outcome pieces = open_in_pieces(opener(), file, piece_bytes);
  FUZZ_CHECK(whole.error == pieces.error);
  FUZZ_CHECK(std::ranges::equal(whole.released.reveal(), pieces.released.reveal()));
  return 0;
}
