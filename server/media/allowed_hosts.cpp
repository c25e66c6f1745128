#include "server/media/allowed_hosts.hpp"

#include <algorithm>
#include <string_view>

namespace hotline::media {

namespace {

bool fits(std::string_view pattern, std::string_view host) {
  if (!pattern.starts_with("*.")) return pattern == host;
  return host.size() > pattern.size() - 1 && host.ends_with(pattern.substr(1)) && host.front() != '.';
}

bool fits_one(const std::vector<std::string>& patterns, std::string_view host) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) { return fits(pattern, host); });
}

}  // namespace

AllowedHosts::AllowedHosts(const sms::MediaFields& fields, const std::vector<std::string>& origins)
    : hosts_(fields.hosts), redirect_hosts_(fields.redirect_hosts) {
  for (const std::string& origin : origins) {
    if (const auto url = parse_media_url(origin)) origins_.push_back(url->origin());
  }
}

AllowedHosts::Reach AllowedHosts::first(const MediaUrl& url) const { return reach(url, false); }
AllowedHosts::Reach AllowedHosts::redirected(const MediaUrl& url) const { return reach(url, true); }

AllowedHosts::Reach AllowedHosts::reach(const MediaUrl& url, bool redirected) const {
  if (std::find(origins_.begin(), origins_.end(), url.origin()) != origins_.end()) return Reach::anywhere;
  if (!url.tls || url.port != "443") return Reach::none;
  const bool known = fits_one(hosts_, url.host) || (redirected && fits_one(redirect_hosts_, url.host));
  return known ? Reach::internet : Reach::none;
}

}  // namespace hotline::media
