#include "server/intake/empty_forms.hpp"

#include <utility>

namespace hotline::intake {

EmptyForms::EmptyForms(const std::vector<std::string>& languages, Draw draw, const std::string& random) : draw_(std::move(draw)) {
  for (const std::string& language : languages) {
    const std::string page = draw_(language, random);
    const std::size_t place = page.find(random);
    if (place == std::string::npos || page.find(random, place + 1) != std::string::npos) continue;
    compressed_.emplace(language, http::GzipTemplate(std::string_view(page).substr(0, place), std::string_view(page).substr(place + random.size())));
  }
}

http::Response EmptyForms::response(const http::Request& request, std::string_view language, std::string_view random) const {
  const auto compressed = compressed_.find(language);
  const bool compresses = compressed != compressed_.end() && http::accepted_codings(request).gzip;
  auto response = http::html_response(200, compresses ? compressed->second.fill(random) : draw_(language, random));
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (compresses) response.headers.emplace_back("Content-Encoding", "gzip");
  return response;
}

}  // namespace hotline::intake
