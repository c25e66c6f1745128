#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "config/ids.hpp"
#include "crypto/age_keys.hpp"
#include "crypto/secret.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace hotline::crypto {

inline constexpr std::size_t answer_window = 8;             ///< tags that are asked for at a time
inline constexpr std::size_t answer_windows_min = 4;        ///< early answers may have expired
inline constexpr std::size_t answer_windows_max = 64;
inline constexpr std::size_t answer_padded_bytes = 4096;    ///< of a `reply` before sealing
inline constexpr std::size_t answer_text_bytes_max = 64 * 1024;

/// What came of a wish to delete.
enum class WishOutcome : std::uint8_t { deleted = 1, kept = 2 };
/// As written: "deleted", "kept".
std::string_view wish_outcome_name(WishOutcome outcome) noexcept;

/// What an answer says besides its text; written into each of its parts.
struct AnswerOptions {
  std::int64_t day = 0;                     ///< days since 1970
  std::optional<DeskId> desk;               ///< who answers
  std::optional<WishOutcome> outcome;       ///< when it answers a wish to delete
};

/// Seals an answer of any length as `reply` objects (docs/formats.md), each padded to 4 KiB: one for each tag it takes.
/// Errc::too_large over 64 KiB of text; Errc::malformed when it is empty or not UTF-8.
Result<std::vector<ByteVector>> seal_answer(std::string_view text, const AnswerOptions& options, const age::Recipient& recipient);

/// One part of an answer, opened.
struct AnswerPart {
  ByteArray<16> id{};           ///< the same for all parts of an answer
  std::int64_t part = 0;        ///< from 0, below `parts`
  std::int64_t parts = 1;
  AnswerOptions options;
  SecretBuffer text;
};
/// Errors as age::open; Errc::malformed when it holds no `reply`, Errc::unsupported for one of another version.
Result<AnswerPart> open_answer(const age::Identity& identity, Bytes sealed);

/// An answer, put together from the parts that were found.
struct JoinedAnswer {
  SecretBuffer text;            ///< of the parts that are there, in order
  AnswerOptions options;
  bool part_missing = false;    ///< a part was not found: the reader must be told, the text alone may say something else
};
/// Joins parts that belong together. Answers stand in the order of their days, those of a day in order of appearance: low tags are used again when
/// what they held has expired. A part that comes twice counts once.
std::vector<JoinedAnswer> join_answers(std::vector<AnswerPart> parts);

/// A sealed answer that nobody can open, of the same size as all others.
Result<ByteVector> make_filler();
/// The size of every sealed answer, in bytes.
std::size_t sealed_answer_bytes();

}  // namespace hotline::crypto
