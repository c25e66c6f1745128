#include "server/intake/visit.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"

#include <algorithm>

namespace hotline::intake {
namespace {

constexpr std::size_t visit_bytes = 16;
constexpr std::size_t visit_characters = 22;

std::string text_of(Bytes bytes) { return crypto::to_base64(bytes.first(visit_bytes), crypto::Base64::url_unpadded); }

}  // namespace

std::string new_visit() { return text_of(crypto::random_secret<visit_bytes>().reveal()); }

std::string visit_of(const crypto::Secret<32>& token) {
  return text_of(crypto::keyed_blake2b(token.reveal(), {as_bytes("hotline/v1/visit")}));
}

std::string visit_of(const Submission& submission) {
  const crypto::SecretBuffer* field = submission.field("v");
  return field != nullptr && is_visit(field->reveal_text()) ? std::string(field->reveal_text()) : new_visit();
}

bool is_visit(std::string_view text) noexcept {
  return text.size() == visit_characters && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

}  // namespace hotline::intake
