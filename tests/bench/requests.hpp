#pragma once

#include "crypto/age.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace hotline::bench {

/// The requests of one path, built before the clock starts, each different from every other where the server can tell,
/// and how a right answer looks.
class Requests {
 public:
  virtual ~Requests() = default;
  /// The bytes to send for request `index`. They may lie in `scratch`, which the caller keeps until they are sent.
  virtual std::string_view request(std::size_t index, std::string& scratch) const = 0;
  virtual bool right(int status, std::string_view body) const = 0;
};

/// A page that is the same for everyone: `page` is the right answer.
std::unique_ptr<Requests> page_requests(const std::string& path, std::string page);

/// A commit with one fsync and next to nothing else (GET /healthz).
std::unique_ptr<Requests> health_requests();

/// Reports of `json_bytes` padded JSON, sealed to the desk here: `distinct` of them are sealed, the others differ in their last
/// bytes, which the server cannot check.
std::unique_ptr<Requests> sealed_requests(const crypto::age::Recipient& recipient, std::size_t json_bytes, std::size_t distinct);

/// Texts as Twilio sends them, each signed and with a MessageSid of its own. `url` is the public one.
std::unique_ptr<Requests> sms_requests(const std::string& path, const std::string& url, const std::string& token, std::size_t count);

/// Texts as Telnyx sends them, signed with Ed25519. `seed` is the private key: 32 bytes in base64.
std::unique_ptr<Requests> telnyx_requests(const std::string& path, const std::string& seed, std::size_t count);

/// Texts as the app SMS Gateway for Android sends them.
std::unique_ptr<Requests> android_requests(const std::string& path, const std::string& token, std::size_t count);

/// The first request of `requests`, always again.
std::unique_ptr<Requests> repeated(std::unique_ptr<Requests> requests);

/// The form as a browser without script sends it, each with a token of its own.
std::unique_ptr<Requests> form_requests(const std::string& path, std::size_t count);

}  // namespace hotline::bench
