#pragma once

#include "config/setting_secret.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace hotline {

/// `[mail]`: the mail server that calls by e-mail are handed to.
struct MailSettings {
  enum class Tls {
    starttls,                               ///< begins in the clear, and goes on under TLS or not at all
    tls,                                    ///< under TLS from the first byte
    none,                                   ///< only to this machine
  };

  std::string host;                         ///< a name or an address, IPv6 without brackets
  std::uint16_t port = 587;
  Tls tls = Tls::starttls;
  std::string user;                         ///< empty: the server asks for none
  SettingSecret password;
  std::filesystem::path password_file;      ///< where `password` was read from; empty when it stands in the settings
  std::string from;                         ///< "hotline@example.org"
  std::filesystem::path ca_file;            ///< authorities to trust besides the system's; empty: none
};

/// One `[[call]]`: somebody to be told, without a word of content, that something waits at a desk.
struct CallSettings {
  enum class Way { email, webhook, ntfy };

  std::string desk;                         ///< name of the desk; empty: all of them
  Way way = Way::email;
  SettingSecret address;                    ///< an address for e-mail, else a URL
  SettingSecret token;                      ///< sent as "Authorization: Bearer …" with a webhook or to ntfy; may be empty
  std::filesystem::path token_file;
  std::filesystem::path ca_file;            ///< authorities to trust besides the system's; empty: none
  unsigned urgency = 1;                     ///< 0 to 4: reports of this urgency, and of any more urgent, call
  unsigned minutes = 10;                    ///< at most one call in so many minutes, for a desk
  bool overdue = true;                      ///< also when the oldest unread report is past its target
  std::string language = "en";              ///< "en" or "es"
};

}  // namespace hotline
