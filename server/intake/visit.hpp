#pragma once

#include "crypto/secret.hpp"
#include "server/intake/submission.hpp"

#include <string>

namespace hotline::intake {

/// The number of a visit: what somebody does from an empty form until they leave, as far as its forms carry it on. 16 random bytes,
/// base64url, 22 characters, in the hidden field `v`. It opens nothing; WayOut knows by it which forms are shown nothing any more.
std::string new_visit();

/// Of the form to tell, which carries its token instead.
std::string visit_of(const crypto::Secret<32>& token);

/// What the field `v` holds; a new one when it is missing or none.
std::string visit_of(const Submission& submission);

bool is_visit(std::string_view text) noexcept;

}  // namespace hotline::intake
