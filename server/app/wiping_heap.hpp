#pragma once

namespace hotline::app {

/// From here on every byte of heap memory is wiped when it is given back: by C++ (operator delete is replaced for the whole
/// program by linking this file) and by OpenSSL (its allocation functions are set by this call).
/// The second line of defence for people's words: the first is crypto::SecretBuffer. Call before OpenSSL is first used.
void start_wiping_heap();

}  // namespace hotline::app
