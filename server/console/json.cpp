#include "server/console/json.hpp"

namespace hotline::console {

namespace json = boost::json;

http::Awaitable<Result<json::object>> read_json(http::Request& request, std::size_t bytes_max) {
  if (request.media_type() != "application/json") co_return Errc::malformed;
  auto body = co_await http::read_all(*request.body, bytes_max);
  if (!body) co_return body.error();
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 8;
  json::value value = json::parse(body->reveal_text(), error, {}, options);
  if (error || !value.is_object()) co_return Errc::malformed;
  co_return std::move(value.get_object());
}

Result<std::string_view> text_field(const json::object& object, std::string_view name, std::size_t bytes_max) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string() || value->get_string().size() > bytes_max) return Errc::malformed;
  return std::string_view(value->get_string());
}

Result<std::int64_t> number_field(const json::object& object, std::string_view name, std::int64_t min, std::int64_t max) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_int64() || value->get_int64() < min || value->get_int64() > max) return Errc::malformed;
  return value->get_int64();
}

Result<ByteVector> bytes_field(const json::object& object, std::string_view name, std::size_t bytes_max) {
  const auto text = text_field(object, name, bytes_max * 4 / 3 + 4);
  if (!text) return text.error();
  auto bytes = crypto::from_base64(*text, crypto::Base64::url_unpadded);
  if (!bytes) return bytes.error();
  if (bytes->size() > bytes_max) return Errc::malformed;
  return bytes;
}

Result<const json::array*> array_field(const json::object& object, std::string_view name, std::size_t count_max) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_array() || value->get_array().size() > count_max) return Errc::malformed;
  for (const json::value& element : value->get_array()) {
    if (!element.is_object()) return Errc::malformed;
  }
  return &value->get_array();
}

}  // namespace hotline::console
