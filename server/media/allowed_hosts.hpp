#pragma once

#include "server/media/media_url.hpp"
#include "server/sms/descriptor.hpp"

#include <string>
#include <vector>

namespace hotline::media {

/// From where a gateway's pictures may be fetched.
class AllowedHosts {
 public:
  enum class Reach {
    none,       ///< not at all
    internet,   ///< at a public address
    anywhere,   ///< at whatever address: the operator named it
  };
  /// `origins`: "http(s)://host[:port]", of the settings.
  AllowedHosts(const sms::MediaFields& fields, const std::vector<std::string>& origins);

  /// For the address that the gateway gave.
  Reach first(const MediaUrl& url) const;
  /// For one that an answer leads on to.
  Reach redirected(const MediaUrl& url) const;

 private:
  Reach reach(const MediaUrl& url, bool redirected) const;

  std::vector<std::string> hosts_, redirect_hosts_, origins_;
};

}  // namespace hotline::media
