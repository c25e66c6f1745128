#include "server/http/strictness.hpp"

#include "server/http/parameters.hpp"

#include <algorithm>
#include <charconv>

namespace hotline::http {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_alpha(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::optional<std::uint64_t> parse_length(std::string_view text) noexcept {
  std::uint64_t length = 0;
  if (text.empty() || text.size() > 18 || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  std::from_chars(text.data(), text.data() + text.size(), length);
  return length;
}

bool valid_port(std::string_view port) noexcept {
  unsigned number = 0;
  if (port.size() > 5 || !std::all_of(port.begin(), port.end(), is_digit)) return false;
  std::from_chars(port.data(), port.data() + port.size(), number);
  return number <= 65535;
}

struct Connection {
  bool close = false;
  bool keep_alive = false;
};

void read_connection(std::string_view value, Connection& connection) {
  while (!value.empty()) {
    const std::size_t end = std::min(value.find(','), value.size());
    const std::string_view option = trim(value.substr(0, end));
    if (equal_ignoring_case(option, "close")) connection.close = true;
    if (equal_ignoring_case(option, "keep-alive")) connection.keep_alive = true;
    value.remove_prefix(std::min(end + 1, value.size()));
  }
}

}  // namespace

HeaderScan::State HeaderScan::feed(std::string_view received) noexcept {
  while (state_ == State::need_more && position_ < received.size()) {
    const char c = received[position_++];
    if (after_cr_) {
      after_cr_ = false;
      if (c != '\n') {
        state_ = State::malformed;
      } else if (line_size_ == 0) {
        state_ = first_line_ ? State::malformed : State::complete;
      } else {
        line_size_ = 0;
        first_line_ = false;
      }
      continue;
    }
    if (c == '\r') {
      after_cr_ = true;
      continue;
    }
    const bool blank = c == ' ' || c == '\t';
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    const bool tab_in_value = c == '\t' && !first_line_;
    if ((line_size_ == 0 && blank) || (control && !tab_in_value)) {
      state_ = State::malformed;
      continue;
    }
    ++line_size_;
  }
  return state_;
}

bool valid_host(std::string_view host) noexcept {
  std::string_view port;
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos) return false;
    const std::string_view address = host.substr(1, end - 1);
    const auto allowed = [](char c) { return is_digit(c) || c == ':' || c == '.' || (is_alpha(c) && (c | 0x20) <= 'f'); };
    if (address.size() < 2 || !std::all_of(address.begin(), address.end(), allowed)) return false;
    port = host.substr(end + 1);
  } else {
    const std::size_t colon = std::min(host.find(':'), host.size());
    const std::string_view name = host.substr(0, colon);
    const auto allowed = [](char c) { return is_digit(c) || is_alpha(c) || c == '-' || c == '.' || c == '_'; };
    if (name.empty() || name.size() > 255 || !std::all_of(name.begin(), name.end(), allowed)) return false;
    port = host.substr(colon);
  }
  return port.empty() || (port.front() == ':' && valid_port(port.substr(1)));
}

Framing check_request(const RequestFacts& facts) {
  Framing framing;
  const auto refuse = [&](int status) {
    framing = {};
    framing.refused = status;
    return framing;
  };
  if (facts.version != 10 && facts.version != 11) return refuse(400);
  if (facts.method.empty() || facts.method == "CONNECT" || !facts.target.starts_with('/')) return refuse(400);

  int hosts = 0;
  int lengths = 0;
  int encodings = 0;
  int types = 0;
  int expectations = 0;
  Connection connection;
  for (const auto& [name, value] : facts.headers) {
    if (name == "host") {
      ++hosts;
      if (!valid_host(value)) return refuse(400);
    } else if (name == "content-length") {
      ++lengths;
      framing.content_length = parse_length(value);
      if (!framing.content_length) return refuse(400);
    } else if (name == "transfer-encoding") {
      ++encodings;
      if (!equal_ignoring_case(value, "chunked")) return refuse(400);
    } else if (name == "content-type") {
      ++types;
    } else if (name == "connection") {
      read_connection(value, connection);
    } else if (name == "expect") {
      ++expectations;
      if (!equal_ignoring_case(value, "100-continue")) return refuse(417);
    } else if (name == "upgrade") {
      return refuse(400);
    }
  }
  if (hosts > 1 || (hosts == 0 && facts.version == 11)) return refuse(400);
  if (lengths > 1 || encodings > 1 || types > 1 || expectations > 1) return refuse(400);
  if (encodings > 0 && (lengths > 0 || facts.version == 10)) return refuse(400);

  framing.chunked = encodings == 1;
  framing.keep_alive = !connection.close && (facts.version == 11 || connection.keep_alive);
  // HTTP/1.0 knows no interim answers (RFC 9110 section 10.1.1).
  framing.expects_continue = expectations == 1 && facts.version == 11 && framing.has_body();
  return framing;
}

}  // namespace hotline::http
