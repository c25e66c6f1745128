#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "crypto/age_keys.hpp"
#include "crypto/secret.hpp"

#include <string_view>
#include <vector>

namespace hotline::crypto {

inline constexpr std::size_t answer_window = 8;             ///< tags that are asked for at a time
inline constexpr std::size_t answer_windows_min = 4;        ///< early answers may have expired
inline constexpr std::size_t answer_windows_max = 64;
inline constexpr std::size_t answer_padded_bytes = 4096;    ///< of a `reply` before sealing
inline constexpr std::size_t answer_text_bytes_max = 64 * 1024;

/// Seals an answer of any length as `reply` objects (docs/formats.md), each padded to 4 KiB: one for each tag it takes.
/// Errc::too_large over 64 KiB of text; Errc::malformed when it is empty or not UTF-8.
Result<std::vector<ByteVector>> seal_answer(std::string_view text, std::int64_t day, const age::Recipient& recipient);

/// One part of an answer, opened.
struct AnswerPart {
  ByteArray<16> id{};           ///< the same for all parts of an answer
  std::int64_t part = 0;        ///< from 0
  std::int64_t parts = 1;
  std::int64_t day = 0;         ///< days since 1970
  SecretBuffer text;
};
/// Errors as age::open; Errc::malformed when it holds no `reply`, Errc::unsupported for one of another version.
Result<AnswerPart> open_answer(const age::Identity& identity, Bytes sealed);

/// Joins parts that belong together, in order of appearance; an answer with a part missing comes without it.
std::vector<SecretBuffer> join_answers(std::vector<AnswerPart> parts);

/// A sealed answer that nobody can open, of the same size as all others.
Result<ByteVector> make_filler();
/// The size of every sealed answer, in bytes.
std::size_t sealed_answer_bytes();

}  // namespace hotline::crypto
