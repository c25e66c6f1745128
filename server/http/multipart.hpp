#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hotline::http {

/// What stands before a part's data (RFC 7578 section 4).
struct PartHeader {
  std::string name;
  std::optional<std::string> filename;  ///< as sent: never a path to open; filename* (RFC 5987, UTF-8) wins over filename
  std::string content_type;             ///< media type in lower case; "text/plain" when absent
};

struct MultipartLimits {
  std::size_t parts_max = 250;
  std::size_t part_header_bytes_max = 4096;
};

/// multipart/form-data (RFC 7578, RFC 2046 section 5.1), pulled event by event, so that the caller may await between them.
/// No I/O, no copy of the data, constant memory. One thread at a time. After a failure or `end` the parser is spent.
///
///     while (piece = read…; !piece.empty()) for (;;) { event = parser.next(piece); if need_more break; … }
///     parser.finish();
class MultipartParser {
 public:
  enum class Kind { need_more, part_begin, data, part_end, end };
  struct Event {
    Kind kind;
    Bytes data;  ///< of `data` only; valid until the next call and as long as the input
  };

  /// Reads the boundary (1 to 70 characters) out of a Content-Type; Errc::malformed when it has none, Errc::unsupported when
  /// the type is not multipart/form-data.
  static Result<MultipartParser> create(std::string_view content_type, const MultipartLimits& limits = {});

  /// Takes from the front of `input` what the next event needs. `need_more`: `input` is used up. What follows the last
  /// boundary is taken and ignored (after `end`, each further call gives `end`).
  /// Errc::malformed, Errc::too_large (parts or a part's header), Errc::unsupported (a transfer encoding).
  Result<Event> next(Bytes& input);
  /// The part that began last.
  const PartHeader& part() const noexcept { return part_; }
  /// To be called at the end of the body: Errc::malformed unless the last boundary was seen.
  Result<void> finish() const;

 private:
  enum class State { preamble, data, after_boundary, padding, boundary_lf, header, closing, done };

  MultipartParser(std::string boundary, const MultipartLimits& limits);
  Result<Event> scan(Bytes& input);
  Result<Event> boundary_passed();
  Result<bool> take_header(Bytes& input);
  Result<void> read_header();

  std::string delimiter_;       ///< CR LF -- boundary
  MultipartLimits limits_;
  State state_ = State::preamble;
  std::size_t matched_ = 2;     ///< of the delimiter; the body's start counts as a line's start
  bool at_line_start_ = true;   ///< the first CR LF of `matched_` stands for a line's start, not for data
  bool in_part_ = false;
  std::size_t parts_ = 0;
  std::string header_;
  PartHeader part_;
};

}  // namespace hotline::http
