#pragma once

#include "config/limits.hpp"
#include "config/settings.hpp"
#include "crypto/secret.hpp"
#include "server/http/message.hpp"
#include "server/sms/descriptor.hpp"
#include "server/sms/delivery_report.hpp"
#include "server/sms/fields.hpp"
#include "server/sms/message_reader.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::sms {

/// One gateway of the settings: a descriptor, its secrets and its address. Unchanged after start; any thread.
class Gateway {
 public:
  /// Fails with one line when the settings lack what the descriptor needs, or hold a token that it cannot use.
  static Outcome<Gateway> create(Descriptor descriptor, const SmsSettings& settings);

  const std::string& name() const noexcept { return name_; }
  const std::string& desk_name() const noexcept { return desk_name_; }   ///< empty: the first desk
  const Descriptor& descriptor() const noexcept { return descriptor_; }
  bool takes(http::Method method) const noexcept;
  /// Whether there is a place that pictures may be fetched from.
  bool fetches_media() const noexcept;
  /// Largest body that it may send: more than Limits::sms_body_bytes_max only where pictures or several texts come inside it.
  std::size_t body_bytes_max(const Limits& limits) const noexcept;
  /// Origins of the settings that pictures may be fetched from.
  const std::vector<std::string>& media_origins() const noexcept { return media_origins_; }
  /// Where the gateway may call us back, with the path token, and with name and password where it proves itself by these.
  crypto::SecretBuffer callback_url() const;

  /// False when no header that could prove a request is there at all.
  bool carries_proof(const http::Request& request) const;
  /// False when path or headers alone tell that nothing can prove it: before a large body is read.
  bool may_prove_itself(const http::Request& request, std::optional<std::string_view> path_token) const;

  /// Verifies, then reads. `path_token` is what stood behind the gateway's name in the path.
  /// Errc::unsupported: a media type that it does not send. Errc::authentication_failed: not from this gateway.
  /// Errc::malformed: not readable, and so not proved either. Errc::too_large: the same, for too many fields.
  /// What has proved itself is never refused: see read_request().
  Result<Verdict> judge(const http::Request& request, Bytes body, std::optional<std::string_view> path_token, std::int64_t now_seconds) const;

 private:
  Gateway(Descriptor descriptor, const SmsSettings& settings, crypto::LockedKey token, crypto::LockedKey path_token);

  /// Whether the path is right, and each [[auth]] that holds.
  struct Proven {
    bool path = false;
    std::vector<std::pair<const Auth*, Proof>> by;
  };
  bool is_path(std::optional<std::string_view> path_token) const;
  Proven prove(const SignedRequest& request, std::optional<std::string_view> path_token, std::string_view media_type) const;

  Descriptor descriptor_;
  std::string name_;
  std::string desk_name_;
  std::string public_url_;
  std::string region_;
  std::vector<std::string> media_origins_;
  crypto::LockedKey token_;
  crypto::LockedKey path_token_;   ///< empty: none
};

}  // namespace hotline::sms
