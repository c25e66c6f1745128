#include "server/console/passkey.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/secret.hpp"
#include "server/console/cbor.hpp"

#include <boost/json.hpp>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>

namespace hotline::console {
namespace {

namespace json = boost::json;

struct Free {
  void operator()(fido_cred_t* cred) const { fido_cred_free(&cred); }
  void operator()(fido_assert_t* assertion) const { fido_assert_free(&assertion); }
  void operator()(es256_pk_t* key) const { es256_pk_free(&key); }
  void operator()(rs256_pk_t* key) const { rs256_pk_free(&key); }
  void operator()(eddsa_pk_t* key) const { eddsa_pk_free(&key); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

void start_library() {
  static std::once_flag once;
  std::call_once(once, [] { fido_init(0); });
}

/// Client data is JSON (WebAuthn section 5.8.1) of this kind, for this challenge, from a page of ours.
bool is_ours(const Access& access, const ByteArray<32>& challenge, std::string_view type, Bytes client_data) {
  boost::system::error_code error;
  const json::value value = json::parse(as_text(client_data), error);
  const json::object* object = error ? nullptr : value.if_object();
  if (object == nullptr) return false;
  const auto text = [&](std::string_view name) -> std::string_view {
    const json::value* member = object->if_contains(name);
    return member != nullptr && member->is_string() ? std::string_view(member->get_string()) : std::string_view();
  };
  const json::value* cross = object->if_contains("crossOrigin");
  if (cross != nullptr && !(cross->is_bool() && !cross->get_bool())) return false;
  const std::string expected = crypto::to_base64(challenge, crypto::Base64::url_unpadded);
  return text("type") == type && crypto::equal_in_constant_time(as_bytes(text("challenge")), as_bytes(expected)) && access.is_origin(text("origin"));
}

/// libfido2 takes authenticator data as a CBOR byte string or raw; raw is what browsers give.
Owned<fido_cred_t> read_credential(Bytes authenticator_data, int algorithm) {
  Owned<fido_cred_t> cred(fido_cred_new());
  if (!cred || fido_cred_set_type(cred.get(), algorithm) != FIDO_OK) return nullptr;
  if (fido_cred_set_authdata_raw(cred.get(), authenticator_data.data(), authenticator_data.size()) != FIDO_OK) return nullptr;
  return cred;
}

bool person_was_verified(std::uint8_t flags) {
  constexpr unsigned present = 1;
  constexpr unsigned verified = 4;
  return (flags & present) != 0 && (flags & verified) != 0;
}

int verify(const fido_assert_t* assertion, int algorithm, Bytes public_key) {
  if (algorithm == COSE_ES256) {
    const Owned<es256_pk_t> key(es256_pk_new());
    if (!key || es256_pk_from_ptr(key.get(), public_key.data(), public_key.size()) != FIDO_OK) return FIDO_ERR_INVALID_ARGUMENT;
    return fido_assert_verify(assertion, 0, algorithm, key.get());
  }
  if (algorithm == COSE_RS256) {
    const Owned<rs256_pk_t> key(rs256_pk_new());
    if (!key || rs256_pk_from_ptr(key.get(), public_key.data(), public_key.size()) != FIDO_OK) return FIDO_ERR_INVALID_ARGUMENT;
    return fido_assert_verify(assertion, 0, algorithm, key.get());
  }
  const Owned<eddsa_pk_t> key(eddsa_pk_new());
  if (!key || eddsa_pk_from_ptr(key.get(), public_key.data(), public_key.size()) != FIDO_OK) return FIDO_ERR_INVALID_ARGUMENT;
  return fido_assert_verify(assertion, 0, algorithm, key.get());
}

}  // namespace

Result<NewPasskey> read_new_passkey(const Access& access, const ByteArray<32>& challenge, Bytes attestation_object, Bytes client_data) {
  start_library();
  const auto data = cbor_bytes_member(attestation_object, "authData");
  if (!data) return data.error();
  if (!is_ours(access, challenge, "webauthn.create", client_data)) return Errc::authentication_failed;
  const auto rp_hash = crypto::sha256(as_bytes(access.rp_id()));
  if (data->size() < rp_hash.size() || !std::ranges::equal(data->first(rp_hash.size()), rp_hash)) return Errc::authentication_failed;
  for (const int algorithm : {COSE_ES256, COSE_EDDSA, COSE_RS256}) {
    const auto cred = read_credential(*data, algorithm);
    if (!cred) continue;
    if (!person_was_verified(fido_cred_flags(cred.get()))) return Errc::authentication_failed;
    const Bytes id(fido_cred_id_ptr(cred.get()), fido_cred_id_len(cred.get()));
    const Bytes key(fido_cred_pubkey_ptr(cred.get()), fido_cred_pubkey_len(cred.get()));
    if (id.empty() || id.size() > 1023 || key.empty()) return Errc::malformed;
    return NewPasskey{ByteVector(id.begin(), id.end()), ByteVector(key.begin(), key.end()), algorithm, fido_cred_sigcount(cred.get())};
  }
  return Errc::unsupported;
}

Result<std::int64_t> verify_assertion(const Access& access, const ByteArray<32>& challenge, std::int32_t algorithm, Bytes public_key,
                                      const PasskeyAssertion& assertion) {
  start_library();
  if (!is_ours(access, challenge, "webauthn.get", assertion.client_data)) return Errc::authentication_failed;
  const auto hash = crypto::sha256(assertion.client_data);
  const Owned<fido_assert_t> checked(fido_assert_new());
  if (!checked) return Errc::out_of_memory;
  fido_assert_t* const raw = checked.get();
  const bool read = fido_assert_set_clientdata_hash(raw, hash.data(), hash.size()) == FIDO_OK &&
                    fido_assert_set_rp(raw, access.rp_id().c_str()) == FIDO_OK && fido_assert_set_count(raw, 1) == FIDO_OK &&
                    fido_assert_set_authdata_raw(raw, 0, assertion.authenticator_data.data(), assertion.authenticator_data.size()) == FIDO_OK &&
                    fido_assert_set_sig(raw, 0, assertion.signature.data(), assertion.signature.size()) == FIDO_OK &&
                    fido_assert_set_up(raw, FIDO_OPT_TRUE) == FIDO_OK && fido_assert_set_uv(raw, FIDO_OPT_TRUE) == FIDO_OK;
  if (!read || verify(raw, algorithm, public_key) != FIDO_OK) return Errc::authentication_failed;
  return fido_assert_sigcount(raw, 0);
}

}  // namespace hotline::console
