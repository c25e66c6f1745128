#include "crypto/secret.hpp"

#include <sodium.h>

#include <stdexcept>

namespace hotline::crypto {

void initialise() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start: no source of randomness");
}

void wipe(MutableBytes bytes) noexcept {
  if (!bytes.empty()) sodium_memzero(bytes.data(), bytes.size());
}

void wipe_stack() noexcept { sodium_stackzero(stack_wipe_bytes); }

bool equal_in_constant_time(Bytes a, Bytes b) noexcept {
  return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

Result<LockedKey> LockedKey::create(Bytes bytes) {
  auto* memory = static_cast<Byte*>(sodium_malloc(bytes.size() > 0 ? bytes.size() : 1));
  if (memory == nullptr) return Errc::out_of_memory;
  if (!bytes.empty()) std::memcpy(memory, bytes.data(), bytes.size());
  sodium_mprotect_readonly(memory);
  return LockedKey(memory, bytes.size());
}

void LockedKey::Free::operator()(Byte* memory) const noexcept { sodium_free(memory); }

}  // namespace hotline::crypto
