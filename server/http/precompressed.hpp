#pragma once

#include "server/http/message.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace hotline::http {

/// Which codings a client takes (RFC 9110 section 12.5.3): a quality of 0 refuses one, "*" stands for those not named.
struct AcceptedCodings {
  bool brotli = false;
  bool gzip = false;
};
AcceptedCodings accepted_codings(const Request& request);

/// A body that is alike for everyone, kept as it is and compressed, so that a page costs a slow line as little as it can and the
/// processor nothing. For nothing that holds a person's words: lengths would speak of them. Cheap to copy; any thread.
class Precompressed {
 public:
  Precompressed() = default;
  /// Compresses now, in a few milliseconds for a page.
  explicit Precompressed(std::string plain);
  /// What was compressed at build time: gzip (RFC 1952) and brotli (RFC 7932).
  Precompressed(std::string plain, std::string gzip, std::string brotli);

  /// Sets the response's body to the smallest that the client takes, with Content-Encoding and Vary.
  void put(const Request& request, Response& response) const;
  /// A 200 of text/html.
  Response page(const Request& request) const;
  const std::string& plain() const { return *plain_; }

 private:
  using Shared = Response::Shared;
  Shared plain_;
  Shared gzip_;      ///< null when not smaller
  Shared brotli_;
};

/// A page that differs for each request in one short place only, compressed but for that place: two halves made ready, and what
/// is put between them stored in a block of its own (RFC 1951 section 3.2.4). Whatever stands around the place does not change its
/// length, so the length of the page says nothing about it. Any thread.
class GzipTemplate {
 public:
  GzipTemplate(std::string_view before, std::string_view after);
  /// The gzip member; `middle` is at most 65,535 bytes.
  std::string fill(std::string_view middle) const;

 private:
  std::string before_;          ///< with the header, ends on a byte
  std::string after_;           ///< ends the stream
  std::uint32_t before_crc_;
  std::uint32_t after_crc_;
  std::uint32_t plain_bytes_;
  std::uint32_t after_bytes_;
};

}  // namespace hotline::http
