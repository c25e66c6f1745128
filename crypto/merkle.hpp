#pragma once

#include "config/bytes.hpp"

namespace hotline::crypto {

/// The hash of one entry of a log, in the form of RFC 6962 section 2.1: SHA-256(0x00 ‖ entry). A tree over the same leaves
/// can be put on top of a log whose entries are gone. Any thread.
ByteArray<32> merkle_leaf(Bytes entry) noexcept;

}  // namespace hotline::crypto
