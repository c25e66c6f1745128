#pragma once

#include "config/setting_secret.hpp"

#include <cstdint>
#include <string>

namespace hotline::smpp {

/// Where an operator's message centre is, and who we are to it.
struct OperatorSettings {
  std::string host;
  std::uint16_t port = 2775;
  bool tls = false;
  std::string system_id;               ///< 1 to 15 bytes
  SettingSecret password;              ///< at most 8 bytes, as SMPP 3.4 has it
  std::string system_type;             ///< at most 12 bytes; may be empty
  std::string charset = "gsm-7";       ///< what data coding 0 means there: "gsm-7", "ascii", "latin-1"
  std::string region = "BZ";           ///< ISO 3166-1 code of the country whose national numbers are meant
};

}  // namespace hotline::smpp
