#pragma once

#include "storage/activity.hpp"
#include "storage/cases.hpp"

#include <string_view>

namespace hotline::storage {

/// The chains over what may only grow: hash(n) = BLAKE2b-256(label ‖ hash(n-1) ‖ leaf(n)), hash(0) = 32 zero bytes. Each leaf is the
/// RFC 6962 leaf hash of its row's fixed-length form; docs/formats.md section 8 lays it out. Any thread.
using ChainHash = ByteArray<32>;

inline constexpr std::string_view activity_chain = "activity";
inline constexpr std::string_view event_chain = "event";

ChainHash leaf_of(const ActivityRow& row) noexcept;
/// `sealed` is left out of `event` by whoever reads row by row: its BLAKE2b-256 stands in.
ChainHash leaf_of(const Event& event, const ByteArray<32>& sealed_hash) noexcept;
/// `chain`: one of the two names above.
ChainHash next_link(std::string_view chain, const ChainHash& before, const ChainHash& leaf) noexcept;

}  // namespace hotline::storage
