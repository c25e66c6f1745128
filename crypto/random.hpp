#pragma once

#include "config/ids.hpp"
#include "crypto/secret.hpp"

namespace hotline::crypto {

/// Fills with bytes of the system's generator (libsodium randombytes). Any thread.
void random_bytes(MutableBytes out) noexcept;

template <std::size_t N>
Secret<N> random_secret() noexcept {
  Secret<N> secret;
  random_bytes(secret.reveal_mutable());
  return secret;
}

template <class IdType>
IdType random_id() noexcept {
  IdType id;
  random_bytes(id.bytes);
  return id;
}

}  // namespace hotline::crypto
