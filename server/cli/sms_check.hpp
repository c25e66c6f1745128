#pragma once

#include "config/settings.hpp"
#include "server/sms/check_proof.hpp"
#include "server/sms/gateway.hpp"

#include <string>
#include <vector>

namespace hotline::cli {

/// What a gateway's way to the desk turned out to be. No token and no path token is in it.
struct SmsFindings {
  std::string gateway;                 ///< [sms.NAME]
  std::string kind;                    ///< for people, such as "Twilio"
  std::string address;                 ///< public_url, without the path token
  bool path_token = false;             ///< the gateway needs it behind the address
  bool arrives = false;                ///< whether texts come in
  std::vector<std::string> problems;   ///< what is wrong, and what to change; empty: texts arrive, and may leave where that is set up
  std::vector<std::string> advice;     ///< what is well to know or to set

  bool ok() const noexcept { return problems.empty(); }
};

struct SmsCheckOptions {
  std::string config;    ///< to be named in what is advised
  std::string ca_file;   ///< certificates to trust besides the system's; PEM
};

/// Sends a signed check, which the server does not store, to the gateway's public address, and where that fails to the listener of this
/// machine, to tell the way there from the server. Then asks the gateway's API, without sending a text, where [sms.NAME.send] is there. Blocks, for at most half a minute for each.
SmsFindings check_gateway(const Settings& settings, const SmsSettings& one, const sms::Gateway& gateway, const sms::CheckProof& proof,
                          const SmsCheckOptions& options);

}  // namespace hotline::cli
