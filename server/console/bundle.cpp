#include "server/console/bundle.hpp"

#include "crypto/encoding.hpp"
#include "crypto/fingerprint.hpp"
#include "crypto/hash.hpp"
#include "server/console/resources.hpp"

#include <utility>

namespace hotline::console {
namespace {

constexpr std::size_t path_hash_bytes = 8;

BundleFile file(const std::string& name, std::string_view ending, std::string_view content_type, bool compressed) {
  const std::string_view source = resource(name);
  const auto hash = crypto::sha256(as_bytes(source));
  return {"/s/" + crypto::to_hex(Bytes(hash).first(path_hash_bytes)) + std::string(ending),
          "sha256-" + crypto::to_base64(hash, crypto::Base64::standard),
          content_type,
          source,
          compressed ? resource(name + ".gz") : std::string_view(),
          compressed ? resource(name + ".br") : std::string_view()};
}

void fill(std::string& page, std::string_view place, std::string_view content) {
  const std::size_t at = page.find(place);
  if (at != std::string::npos) page.replace(at, place.size(), content);
}

}  // namespace

Bundle::Bundle()
    : files_{file("console.js", ".js", "text/javascript; charset=utf-8", true), file("worker.js", ".js", "text/javascript; charset=utf-8", true),
             file("console.css", ".css", "text/css; charset=utf-8", true), file("icon.svg", ".svg", "image/svg+xml", false)} {}

std::string Bundle::page() const {
  std::string page(resource("index.html"));
  fill(page, "{worker}", worker().path);
  fill(page, "{words}", words());
  fill(page, "{icon}", icon().path);
  fill(page, "{style}", style().path);
  fill(page, "{style_integrity}", style().integrity);
  fill(page, "{script}", script().path);
  fill(page, "{script_integrity}", script().integrity);
  return page;
}

std::string Bundle::words() const {
  ByteVector hashes;
  for (const std::string_view part : {resource("index.html"), script().source, worker().source, style().source}) append(hashes, crypto::sha256(as_bytes(part)));
  return crypto::fingerprint_words(hashes);
}

std::string Bundle::page_policy() const {
  return "default-src 'none'; script-src '" + script().integrity +
         "'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' blob:; media-src blob:; form-action 'none'; "
         "frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types console";
}

std::string Bundle::worker_policy() {
  return "default-src 'none'; script-src 'wasm-unsafe-eval'; require-trusted-types-for 'script'; trusted-types 'none'";
}

}  // namespace hotline::console
