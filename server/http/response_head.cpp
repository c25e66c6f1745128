#include "server/http/response_head.hpp"

#include "server/http/parameters.hpp"

#include <algorithm>
#include <charconv>

namespace hotline::http {
namespace {

void append_number(crypto::SecretBuffer& out, std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(std::string_view(digits, static_cast<std::size_t>(end - digits)));
}

void append_line(crypto::SecretBuffer& out, std::string_view name, std::string_view value) {
  out.append(name);
  out.append(std::string_view(": "));
  out.append(value);
  out.append(std::string_view("\r\n"));
}

bool clean(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

/// "/" or "/{lang}/". Elsewhere a tap on what Tor Browser offers would take away what was typed, or the code.
bool is_first_page(const Request* request, const Response& response) {
  if (request == nullptr || (request->method != Method::get && request->method != Method::head)) return false;
  const std::string& path = request->raw_path;
  return response.status == 200 && response.content_type.starts_with("text/html") && (path == "/" || path.find('/', 1) == path.size() - 1);
}

}  // namespace

ResponseHead::ResponseHead(const HeaderProfile& profile, bool tls)
    : content_security_policy_(profile.content_security_policy), onion_location_(tls || profile.hsts ? profile.onion_location : "") {
  fixed_ =
      "X-Content-Type-Options: nosniff\r\n"
      "X-Frame-Options: DENY\r\n"
      "Referrer-Policy: no-referrer\r\n"
      "Cross-Origin-Opener-Policy: same-origin\r\n"
      "Cross-Origin-Embedder-Policy: require-corp\r\n"
      "Cross-Origin-Resource-Policy: same-origin\r\n"
      "Permissions-Policy: accelerometer=(), autoplay=(), browsing-topics=(), camera=(), clipboard-read=(), "
      "display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), "
      "identity-credentials-get=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), otp-credentials=(), "
      "payment=(), picture-in-picture=(), screen-wake-lock=(), serial=(), storage-access=(), usb=(), window-management=(), "
      "xr-spatial-tracking=(), ";
  fixed_ += profile.passkeys ? "publickey-credentials-create=(self), publickey-credentials-get=(self)\r\n"
                             : "publickey-credentials-create=(), publickey-credentials-get=()\r\n";
  if (tls || profile.hsts) fixed_ += "Strict-Transport-Security: max-age=63072000; includeSubDomains\r\n";
  fixed_ += "\r\n";
}

bool ResponseHead::append(crypto::SecretBuffer& out, const Response& response, const Facts& facts) const {
  for (const auto& [name, value] : response.headers) {
    if (!clean(value)) return false;
  }
  out.append(std::string_view("HTTP/1.1 "));
  append_number(out, static_cast<std::uint64_t>(response.status));
  out.push_back(' ');
  out.append(reason_phrase(response.status));
  out.append(std::string_view("\r\n"));
  if (!facts.keep_alive) {
    append_line(out, "Connection", "close");
  } else if (facts.http10) {
    append_line(out, "Connection", "keep-alive");
  }
  if (status_has_body(response.status)) {
    out.append(std::string_view("Content-Length: "));
    append_number(out, facts.body_size);
    out.append(std::string_view("\r\n"));
    if (!response.content_type.empty()) append_line(out, "Content-Type", response.content_type);
  }
  bool own_cache_control = false;
  bool own_policy = false;
  for (const auto& [name, value] : response.headers) {
    own_cache_control = own_cache_control || equal_ignoring_case(name, "cache-control");
    own_policy = own_policy || equal_ignoring_case(name, "content-security-policy");
    append_line(out, name, value);
  }
  if (!own_cache_control) append_line(out, "Cache-Control", "no-store");
  if (!own_policy) append_line(out, "Content-Security-Policy", content_security_policy_);
  if (!onion_location_.empty() && is_first_page(facts.request, response)) {
    out.append(std::string_view("Onion-Location: "));
    out.append(onion_location_);
    out.append(facts.request->raw_path);  // nothing but the characters of a path can be in it
    out.append(std::string_view("\r\n"));
  }
  return true;
}

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 507: return "Insufficient Storage";
    default: return {};
  }
}

bool status_has_body(int status) noexcept { return status >= 200 && status != 204 && status != 304; }

}  // namespace hotline::http
