#pragma once

#include "server/http/message.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <cstdint>
#include <string_view>

namespace hotline::http {

/// Beast's parser, giving its findings straight to a Request instead of a container of its own, and the body as views into
/// the read buffer. Its own body limit is off: the session counts. Trailers are refused, chunk extensions bounded.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  RequestParser(std::size_t header_bytes_max, std::size_t fields_max, std::size_t chunk_extension_bytes_max);

  /// Feeds the whole header, which must be complete. 0, or the status to refuse with.
  int parse_header(std::string_view header, Request& request);

  /// Feeds body bytes. Takes some of them; `piece` is then a view into them, or empty.
  struct Step {
    std::size_t taken = 0;
    std::string_view piece;
    bool need_more = false;
    bool malformed = false;
  };
  Step parse_body(std::string_view bytes);

  /// Views into the header that was given.
  std::string_view method() const noexcept { return method_; }
  std::string_view target() const noexcept { return target_; }
  int version() const noexcept { return version_; }

 private:
  using ErrorCode = boost::beast::error_code;
  using View = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb verb, View method, View target, int version, ErrorCode& error) override;
  void on_response_impl(int, View, int, ErrorCode&) override {}
  void on_field_impl(boost::beast::http::field field, View name, View value, ErrorCode& error) override;
  void on_trailer_field_impl(boost::beast::http::field field, View name, View value, ErrorCode& error) override;
  void on_header_impl(ErrorCode& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode& error) override;
  std::size_t on_body_impl(View body, ErrorCode& error) override;
  void on_chunk_header_impl(std::uint64_t size, View extensions, ErrorCode& error) override;
  std::size_t on_chunk_body_impl(std::uint64_t remain, View body, ErrorCode& error) override;
  void on_finish_impl(ErrorCode& error) override;

  std::size_t fields_max_;
  std::size_t extension_bytes_left_;
  std::size_t extension_bytes_ = 0;  ///< of the chunk line that was read last
  Request* request_ = nullptr;
  std::string_view method_;
  std::string_view target_;
  int version_ = 0;
  std::string_view piece_;
};

}  // namespace hotline::http
