#include "crypto/secret.hpp"
#include "server/sms/jwt.hpp"
#include "tests/fuzz/check.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace hotline;

/// Nothing that was not signed with the key holds. The key is not in any input, so nothing may hold at all.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  crypto::initialise();
  const std::string_view token(reinterpret_cast<const char*>(data), size);
  sms::JwtAuth auth;
  auth.algorithms = {sms::HashAlgorithm::sha256, sms::HashAlgorithm::sha384, sms::HashAlgorithm::sha512};
  FUZZ_CHECK(!sms::check_jwt(auth, token, as_bytes("a key that no input was signed with"), "https://gateway.example/sms/fuzz", {}, 1'700'000'000).holds);
  return 0;
}
