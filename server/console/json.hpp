#pragma once

#include "config/ids.hpp"
#include "crypto/encoding.hpp"
#include "server/http/message.hpp"

#include <boost/json.hpp>

#include <string>
#include <string_view>

namespace hotline::console {

/// Of whoever has no session yet: keys for a member or a whole desk are below 10 KiB.
inline constexpr std::size_t stranger_body_bytes_max = 16 * 1024;

/// The body as one JSON object; Errc::malformed when it is not, or says it is another media type.
http::Awaitable<Result<boost::json::object>> read_json(http::Request& request, std::size_t bytes_max);

/// Members of a JSON object, checked. Each fails with Errc::malformed when absent, of another type or out of bounds.
/// Binary is base64url without padding; ids are 32 hex digits.
Result<std::string_view> text_field(const boost::json::object& object, std::string_view name, std::size_t bytes_max);
Result<std::int64_t> number_field(const boost::json::object& object, std::string_view name, std::int64_t min, std::int64_t max);
Result<ByteVector> bytes_field(const boost::json::object& object, std::string_view name, std::size_t bytes_max);
/// Objects of an array of at most `count_max`.
Result<const boost::json::array*> array_field(const boost::json::object& object, std::string_view name, std::size_t count_max);

template <std::size_t N>
Result<ByteArray<N>> fixed_field(const boost::json::object& object, std::string_view name) {
  auto bytes = bytes_field(object, name, N);
  if (!bytes) return bytes.error();
  if (bytes->size() != N) return Errc::malformed;
  return to_array<N>(std::span<const Byte, N>(bytes->data(), N));
}

template <class IdType>
Result<IdType> id_field(const boost::json::object& object, std::string_view name) {
  const auto text = text_field(object, name, 32);
  if (!text) return text.error();
  const auto id = parse_id<IdType>(*text);
  if (!id) return Errc::malformed;
  return *id;
}

/// For answers: base64url without padding.
inline std::string encoded(Bytes bytes) { return crypto::to_base64(bytes, crypto::Base64::url_unpadded); }

/// The same for what is sealed: long, and no secret, so in a quicker way.
inline std::string encoded_sealed(Bytes bytes) { return crypto::public_to_base64(bytes, crypto::Base64::url_unpadded); }

}  // namespace hotline::console
