#pragma once

#include "config/bytes.hpp"

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace hotline {

/// A 16-byte name of something stored. Typed by what it names, so that a desk's id cannot be passed for a report's.
/// Written as 32 lower-case hex digits.
template <class Tag>
struct Id {
  static constexpr std::size_t size = 16;
  ByteArray<size> bytes{};

  auto operator<=>(const Id&) const = default;
};

using ReportId = Id<struct ReportTag>;   ///< first 16 bytes of BLAKE2b-256 of the sealed report: binds row and content
using BlobId = Id<struct BlobTag>;       ///< random, chosen by whoever sealed the file; named in the sealed report
using DeskId = Id<struct DeskTag>;
using EpochId = Id<struct EpochTag>;
using MemberId = Id<struct MemberTag>;
using CaseId = Id<struct CaseTag>;
using EventId = Id<struct EventTag>;
using TextId = Id<struct TextTag>;       ///< of a text to a reporter; random, chosen by the member's client
using FactorId = Id<struct FactorTag>;   ///< of a member's second factor; random
using InvitationId = Id<struct InvitationTag>;   ///< names an invitation to admins; random, says nothing of its code
using SessionId = Id<struct SessionTag>; ///< names a session to its member; random, says nothing of the token

std::string id_to_hex(Bytes bytes);
bool id_from_hex(std::string_view text, MutableBytes out) noexcept;

template <class Tag>
std::string to_text(const Id<Tag>& id) {
  return id_to_hex(id.bytes);
}

/// Exactly 32 hex digits of either case; anything else gives nothing.
template <class IdType>
std::optional<IdType> parse_id(std::string_view text) noexcept {
  IdType id;
  if (!id_from_hex(text, id.bytes)) return std::nullopt;
  return id;
}

}  // namespace hotline
