// Runs crypto/hpke for hpke_known_answers.mjs: one request a line, fields in hex ("-" is empty), one answer a line.
//   public SEED                                  → PUBLIC_KEY
//   seal PUBLIC_KEY INFO AAD PLAINTEXT           → ENCAPSULATED CIPHERTEXT
//   open SEED INFO AAD ENCAPSULATED CIPHERTEXT   → PLAINTEXT
// or "refused".
#include "crypto/encoding.hpp"
#include "crypto/hpke.hpp"

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace crypto = hotline::crypto;
namespace hpke = hotline::crypto::hpke;
using hotline::Bytes;
using hotline::ByteVector;

std::string hex(Bytes bytes) { return bytes.empty() ? "-" : crypto::to_hex(bytes); }

std::string answer(const std::string& verb, const std::vector<ByteVector>& fields) {
  if (verb == "public") return hex(hpke::public_key(hpke::Seed(fields.at(0))));
  if (verb == "seal") {
    const auto sealed = hpke::seal(hpke::PublicKey(fields.at(0)), fields.at(1), fields.at(2), fields.at(3));
    return sealed ? hex(sealed->encapsulated) + " " + hex(sealed->ciphertext) : "refused";
  }
  const auto opened =
      hpke::open(hpke::Encapsulated(fields.at(3)), hpke::Seed(fields.at(0)), fields.at(1), fields.at(2), fields.at(4));
  return opened ? hex(opened->reveal()) : "refused";
}

}  // namespace

int main() {
  hotline::crypto::initialise();
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    std::vector<hotline::ByteVector> fields;
    for (std::string word; words >> word;) fields.push_back(word == "-" ? hotline::ByteVector{} : hotline::crypto::from_hex(word).value());
    std::cout << answer(verb, fields) << '\n';
  }
}
