#pragma once

#include "config/ids.hpp"
#include "crypto/age_keys.hpp"
#include "crypto/secret.hpp"

#include <string>

namespace hotline::sms {

/// What is needed to fetch a picture later, and to say to which text it belongs. Nothing of who sent it.
struct MediaTicket {
  std::string gateway;                  ///< section [sms.NAME]
  DeskId desk;
  std::string reference;                ///< 32 hex digits, random; stands in the sealed text too
  crypto::SecretBuffer url;
  crypto::SecretBuffer type;            ///< as the gateway said; may be empty
};

/// Seals tickets under a key of the server, to be kept in its database: storage::WaitingMedia. Any thread.
class MediaTickets {
 public:
  /// `key`: Stores::server_key("sms-media").
  explicit MediaTickets(const crypto::LockedKey& key);

  Result<ByteVector> seal(const MediaTicket& ticket) const;
  /// Errors as crypto::age::open(), and Errc::corrupt.
  Result<MediaTicket> open(Bytes sealed) const;

 private:
  crypto::age::Identity identity_;
  crypto::age::Recipient recipient_;
};

}  // namespace hotline::sms
