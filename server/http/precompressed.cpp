#include "server/http/precompressed.hpp"

#include "server/http/parameters.hpp"

#include <brotli/encode.h>
#include <zlib.h>

#include <stdexcept>
#include <utility>

namespace hotline::http {
namespace {

constexpr int brotli_quality = 9;       ///< the highest take ten times as long for a few bytes less
constexpr int brotli_window_bits = 18;
constexpr int gzip_window = MAX_WBITS + 16;
constexpr std::size_t gzip_header_bytes = 10;
constexpr std::size_t stored_bytes_max = 65535;

/// A zlib stream that is ended whatever happens.
class Deflater {
 public:
  explicit Deflater(int window_bits) {
    if (deflateInit2(&stream_, Z_BEST_COMPRESSION, Z_DEFLATED, window_bits, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  std::string deflate(std::string_view text, int flush) {
    std::string out(deflateBound(&stream_, static_cast<uLong>(text.size())) + 64, '\0');
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));   // zlib does not write there
    stream_.avail_in = static_cast<uInt>(text.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    ::deflate(&stream_, flush);
    if (stream_.avail_in != 0 || stream_.avail_out == 0) throw std::logic_error("deflate stopped early");
    out.resize(out.size() - stream_.avail_out);
    return out;
  }

 private:
  z_stream stream_{};
};

std::string gzip(std::string_view text) { return Deflater(gzip_window).deflate(text, Z_FINISH); }

std::string brotli(std::string_view text) {
  std::size_t size = BrotliEncoderMaxCompressedSize(text.size());
  std::string out(size, '\0');
  const auto done = BrotliEncoderCompress(brotli_quality, brotli_window_bits, BROTLI_MODE_TEXT, text.size(),
                                          reinterpret_cast<const std::uint8_t*>(text.data()), &size, reinterpret_cast<std::uint8_t*>(out.data()));
  out.resize(done == BROTLI_TRUE ? size : 0);
  return out;
}

std::shared_ptr<const std::string> if_smaller(std::string compressed, const std::string& plain) {
  if (compressed.empty() || compressed.size() >= plain.size()) return nullptr;
  return std::make_shared<const std::string>(std::move(compressed));
}

std::uint32_t crc_of(std::string_view text) {
  return static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

void append_little_endian(std::string& to, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

}  // namespace

AcceptedCodings accepted_codings(const Request& request) {
  AcceptedCodings accepted;
  bool named_brotli = false;
  bool named_gzip = false;
  bool any = false;
  const std::string_view header = request.header("accept-encoding").value_or("");
  for (std::size_t start = 0; start < header.size();) {
    const std::size_t end = std::min(header.find(',', start), header.size());
    const std::string_view element = header.substr(start, end - start);
    start = end + 1;
    const std::size_t semicolon = std::min(element.find(';'), element.size());
    std::string_view name = element.substr(0, semicolon);
    while (!name.empty() && (name.front() == ' ' || name.front() == '\t')) name.remove_prefix(1);
    while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.remove_suffix(1);
    const std::string_view weight = element.substr(semicolon);
    const std::size_t zero = weight.find("q=0");
    const bool refused = zero != std::string_view::npos && weight.find_first_of("123456789", zero) == std::string_view::npos;
    if (equal_ignoring_case(name, "br")) {
      accepted.brotli = !refused;
      named_brotli = true;
    } else if (equal_ignoring_case(name, "gzip") || equal_ignoring_case(name, "x-gzip")) {
      accepted.gzip = !refused;
      named_gzip = true;
    } else if (name == "*") {
      any = !refused;
    }
  }
  if (!named_brotli) accepted.brotli = any;
  if (!named_gzip) accepted.gzip = any;
  return accepted;
}

Precompressed::Precompressed(std::string plain)
    : plain_(std::make_shared<const std::string>(std::move(plain))), gzip_(if_smaller(gzip(*plain_), *plain_)), brotli_(if_smaller(brotli(*plain_), *plain_)) {}

Precompressed::Precompressed(std::string plain, std::string gzip, std::string brotli)
    : plain_(std::make_shared<const std::string>(std::move(plain))),
      gzip_(if_smaller(std::move(gzip), *plain_)),
      brotli_(if_smaller(std::move(brotli), *plain_)) {}

void Precompressed::put(const Request& request, Response& response) const {
  const AcceptedCodings accepted = accepted_codings(request);
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (accepted.brotli && brotli_) {
    response.headers.emplace_back("Content-Encoding", "br");
    response.body = brotli_;
  } else if (accepted.gzip && gzip_) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = gzip_;
  } else {
    response.body = plain_;
  }
}

Response Precompressed::page(const Request& request) const {
  Response response;
  put(request, response);
  return response;
}

GzipTemplate::GzipTemplate(std::string_view before, std::string_view after)
    : before_crc_(crc_of(before)),
      after_crc_(crc_of(after)),
      plain_bytes_(static_cast<std::uint32_t>(before.size() + after.size())),
      after_bytes_(static_cast<std::uint32_t>(after.size())) {
  constexpr unsigned char header[gzip_header_bytes] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255};
  before_.assign(reinterpret_cast<const char*>(header), gzip_header_bytes);
  // A full flush ends on a byte and forgets what came before, so that the other half can be made on its own.
  before_ += Deflater(-MAX_WBITS).deflate(before, Z_FULL_FLUSH);
  after_ = Deflater(-MAX_WBITS).deflate(after, Z_FINISH);
}

std::string GzipTemplate::fill(std::string_view middle) const {
  if (middle.size() > stored_bytes_max) throw std::length_error("too long for one stored block");
  const auto size = static_cast<std::uint32_t>(middle.size());
  std::string out;
  out.reserve(before_.size() + 5 + middle.size() + after_.size() + 8);
  out += before_;
  out.push_back(0);                                  // a stored block, not the last
  append_little_endian(out, size, 2);
  append_little_endian(out, ~size & 0xFFFF, 2);
  out += middle;
  out += after_;
  const auto crc = crc32_combine(crc32_combine(before_crc_, crc_of(middle), static_cast<z_off_t>(size)), after_crc_, static_cast<z_off_t>(after_bytes_));
  append_little_endian(out, static_cast<std::uint32_t>(crc), 4);
  append_little_endian(out, plain_bytes_ + size, 4);
  return out;
}

}  // namespace hotline::http
