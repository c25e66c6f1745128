#pragma once

#include "config/bytes.hpp"
#include "crypto/secret.hpp"
#include "server/intake/submission.hpp"

#include <string>

namespace hotline::intake {

/// The hidden field `t` of a form: 32 random bytes, base64url. The return code is made of it, and with what was sent it makes
/// the idempotency key, so that a double tap stores nothing twice while changed words are a report of their own.
std::string new_form_token();

/// The token of a form; a new one when it is missing or not a token: the report is taken all the same.
crypto::Secret<32> form_token(const Submission& submission);

/// BLAKE2b-256 keyed with the token over every field and every file's SHA-256. Without the token, which is not kept,
/// it says nothing about the words.
ByteArray<32> idempotency_key(const crypto::Secret<32>& token, const Submission& submission);

}  // namespace hotline::intake
