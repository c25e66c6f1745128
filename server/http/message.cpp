#include "server/http/message.hpp"

#include "server/http/parameters.hpp"

#include <boost/asio/awaitable.hpp>

namespace hotline::http {
namespace {

Response make(int status, std::string_view content_type, std::string body) {
  Response response;
  response.status = status;
  response.content_type = content_type;
  response.body = std::move(body);
  return response;
}

void append_json_string(std::string& json, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  json.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      json.push_back('\\');
      json.push_back(c);
    } else if (byte < 0x20) {
      json.append("\\u00").push_back(digits[byte >> 4]);
      json.push_back(digits[byte & 15]);
    } else {
      json.push_back(c);
    }
  }
  json.push_back('"');
}

}  // namespace

Awaitable<Result<crypto::SecretBuffer>> read_all(BodyReader& body, std::size_t bytes_max) {
  const std::optional<std::uint64_t> declared = body.declared_size();
  if (declared && *declared > bytes_max) co_return Errc::too_large;
  crypto::SecretBuffer whole;
  // What is declared is only believed once some of it has come: a header alone must not cost memory.
  for (bool first = true;; first = false) {
    const Result<Bytes> piece = co_await body.read_some();
    if (!piece) co_return piece.error();
    if (piece->empty()) break;
    if (piece->size() > bytes_max - whole.size()) co_return Errc::too_large;
    if (first && declared) whole.reserve(static_cast<std::size_t>(*declared));
    whole.append(*piece);
  }
  co_return whole;
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string Request::media_type() const {
  const std::optional<std::string_view> content_type = header("content-type");
  if (!content_type) return {};
  Result<ParameterizedValue> parsed = parse_parameterized(*content_type);
  return parsed ? std::move(parsed->value) : std::string{};
}

Response text_response(int status, std::string text) { return make(status, "text/plain; charset=utf-8", std::move(text)); }
Response html_response(int status, std::string html) { return make(status, "text/html; charset=utf-8", std::move(html)); }
Response json_response(int status, std::string json) { return make(status, "application/json", std::move(json)); }

Response problem_response(int status, std::string_view title, std::string_view detail, std::string_view type) {
  std::string json = R"({"type":)";
  append_json_string(json, type);
  json.append(",\"title\":");
  append_json_string(json, title);
  json.append(",\"status\":").append(std::to_string(status)).append(",\"detail\":");
  append_json_string(json, detail);
  json.push_back('}');
  return make(status, "application/problem+json", std::move(json));
}

Response empty_response() { return make(204, "", {}); }
Response redirect_response(std::string location) {
  Response response = make(303, {}, {});
  response.headers.emplace_back("Location", std::move(location));
  return response;
}

}  // namespace hotline::http
