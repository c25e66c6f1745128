#include "server/http/multipart.hpp"

#include "server/http/parameters.hpp"
#include "server/http/percent.hpp"
#include "server/http/utf8.hpp"

#include <algorithm>
#include <cstring>

namespace hotline::http {
namespace {

constexpr std::size_t boundary_size_max = 70;

bool is_boundary_char(char c) noexcept {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return c != '\0' && std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
}

/// RFC 5987: charset'language'escaped. UTF-8 only; nothing otherwise.
std::optional<std::string> decode_extended(std::string_view text) {
  const std::size_t first = text.find('\'');
  if (first == std::string_view::npos || !equal_ignoring_case(text.substr(0, first), "utf-8")) return std::nullopt;
  const std::size_t second = text.find('\'', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  std::string decoded;
  if (!percent_decode(text.substr(second + 1), false, decoded) || !valid_utf8(as_bytes(decoded))) return std::nullopt;
  return decoded;
}

}  // namespace

Result<MultipartParser> MultipartParser::create(std::string_view content_type, const MultipartLimits& limits) {
  const Result<ParameterizedValue> type = parse_parameterized(content_type);
  if (!type) return type.error();
  if (type->value != "multipart/form-data") return Errc::unsupported;
  const std::optional<std::string_view> boundary = type->parameter("boundary");
  const bool usable = boundary && !boundary->empty() && boundary->size() <= boundary_size_max && boundary->back() != ' ' &&
                      std::all_of(boundary->begin(), boundary->end(), is_boundary_char);
  if (!usable) return Errc::malformed;
  return MultipartParser(std::string(*boundary), limits);
}

MultipartParser::MultipartParser(std::string boundary, const MultipartLimits& limits)
    : delimiter_("\r\n--" + boundary), limits_(limits) {}

Result<MultipartParser::Event> MultipartParser::next(Bytes& input) {
  for (;;) {
    if (state_ == State::done) {
      input = {};
      return Event{Kind::end, {}};
    }
    if (input.empty()) return Event{Kind::need_more, {}};
    const char c = static_cast<char>(input.front());
    switch (state_) {
      case State::preamble:
      case State::data: {
        const Result<Event> event = scan(input);
        if (!event || event->kind != Kind::need_more) return event;
        break;
      }
      case State::after_boundary:
        // "--" ends the whole; else padding up to the line's end (RFC 2046 section 5.1.1).
        if (c == '-') {
          input = input.subspan(1);
          state_ = State::closing;
          break;
        }
        state_ = State::padding;
        [[fallthrough]];
      case State::padding:
        if (c != ' ' && c != '\t' && c != '\r') return Errc::malformed;
        if (c == '\r') state_ = State::boundary_lf;
        input = input.subspan(1);
        break;
      case State::boundary_lf:
        if (c != '\n') return Errc::malformed;
        input = input.subspan(1);
        if (++parts_ > limits_.parts_max) return Errc::too_large;
        header_.clear();
        state_ = State::header;
        break;
      case State::header: {
        const Result<bool> complete = take_header(input);
        if (!complete) return complete.error();
        if (!*complete) break;
        if (const Result<void> read = read_header(); !read) return read.error();
        state_ = State::data;
        matched_ = 2;  // the header's last CR LF may be the boundary's first: a part without data
        at_line_start_ = true;
        in_part_ = true;
        return Event{Kind::part_begin, {}};
      }
      case State::closing:
        if (c != '-') return Errc::malformed;
        state_ = State::done;
        break;
      case State::done: break;
    }
  }
}

Result<MultipartParser::Event> MultipartParser::scan(Bytes& input) {
  // The delimiter has a CR only at its front, so a broken match can begin anew only at the byte that broke it, and the
  // matched part of the delimiter is itself the data that was held back.
  const bool report = state_ == State::data;
  while (!input.empty()) {
    if (matched_ > 0) {
      if (static_cast<char>(input.front()) == delimiter_[matched_]) {
        input = input.subspan(1);
        if (++matched_ == delimiter_.size()) return boundary_passed();
        continue;
      }
      // Right behind a header or at the body's start, the first CR LF was none of the data.
      const std::size_t virtual_bytes = at_line_start_ ? 2 : 0;
      const Bytes held = as_bytes(delimiter_).subspan(virtual_bytes, matched_ - virtual_bytes);
      matched_ = 0;
      at_line_start_ = false;
      if (report && !held.empty()) return Event{Kind::data, held};
      continue;
    }
    const auto* const found = static_cast<const Byte*>(std::memchr(input.data(), '\r', input.size()));
    const std::size_t plain = found == nullptr ? input.size() : static_cast<std::size_t>(found - input.data());
    const Bytes data = input.first(plain);
    input = input.subspan(plain);
    if (!input.empty()) {
      input = input.subspan(1);
      matched_ = 1;
    }
    if (report && !data.empty()) return Event{Kind::data, data};
  }
  return Event{Kind::need_more, {}};
}

Result<MultipartParser::Event> MultipartParser::boundary_passed() {
  state_ = State::after_boundary;
  matched_ = 0;
  at_line_start_ = false;
  if (!in_part_) return Event{Kind::need_more, {}};
  in_part_ = false;
  return Event{Kind::part_end, {}};
}

Result<bool> MultipartParser::take_header(Bytes& input) {
  while (!input.empty()) {
    const char c = static_cast<char>(input.front());
    input = input.subspan(1);
    if (header_.size() == limits_.part_header_bytes_max) return Errc::too_large;
    const bool after_cr = header_.ends_with('\r');
    if (after_cr != (c == '\n')) return Errc::malformed;
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f) return Errc::malformed;
    header_.push_back(c);
    if (header_ == "\r\n" || header_.ends_with("\r\n\r\n")) return true;
  }
  return false;
}

Result<void> MultipartParser::read_header() {
  // Folded lines, as some mail libraries write them, become one line.
  for (std::size_t at = header_.find("\r\n"); at != std::string::npos; at = header_.find("\r\n", at + 1)) {
    const bool folded = at + 2 < header_.size() && (header_[at + 2] == ' ' || header_[at + 2] == '\t');
    if (folded) header_.replace(at, 2, "  ");
  }
  part_ = PartHeader{{}, {}, "text/plain"};
  bool disposition_seen = false;
  bool type_seen = false;
  std::string_view rest = header_;
  while (rest.size() > 2) {
    const std::size_t end = rest.find("\r\n");
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return Errc::malformed;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim(line.substr(colon + 1));
    if (!std::all_of(name.begin(), name.end(), is_token_char)) return Errc::malformed;

    if (equal_ignoring_case(name, "content-disposition")) {
      const Result<ParameterizedValue> parsed = parse_parameterized(value);
      if (!parsed || parsed->value != "form-data" || disposition_seen) return Errc::malformed;
      disposition_seen = true;
      const std::optional<std::string_view> field = parsed->parameter("name");
      if (!field) return Errc::malformed;
      part_.name = std::string(*field);
      if (const auto plain = parsed->parameter("filename")) part_.filename = std::string(*plain);
      if (const auto extended = parsed->parameter("filename*")) {
        std::optional<std::string> decoded = decode_extended(*extended);
        if (!decoded) return Errc::malformed;
        part_.filename = std::move(*decoded);
      }
    } else if (equal_ignoring_case(name, "content-type")) {
      const Result<ParameterizedValue> parsed = parse_parameterized(value);
      if (!parsed || type_seen) return Errc::malformed;
      type_seen = true;
      part_.content_type = parsed->value;
    } else if (equal_ignoring_case(name, "content-transfer-encoding")) {
      const bool as_it_is =
          equal_ignoring_case(value, "binary") || equal_ignoring_case(value, "8bit") || equal_ignoring_case(value, "7bit");
      if (!as_it_is) return Errc::unsupported;
    }
  }
  if (!disposition_seen) return Errc::malformed;
  return {};
}

Result<void> MultipartParser::finish() const {
  if (state_ != State::done) return Errc::malformed;
  return {};
}

}  // namespace hotline::http
