#pragma once

#include "server/conversation/conversations.hpp"
#include "server/sms/message.hpp"
#include "web/catalogue.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::conversation::tests {

inline Wording wording_with(std::string phone = "911", std::vector<std::string> languages = {"en", "es"}, std::string fallback = "en") {
  LanguageSettings settings;
  settings.available = std::move(languages);
  settings.fallback = std::move(fallback);
  EmergencySettings emergency;
  if (!phone.empty()) emergency.phone = LocalText(std::move(phone));
  return Wording(web::Catalogues(), settings, emergency);
}

inline sms::Message message_of(std::string_view text, std::string_view from = "+5016220001", std::vector<std::string> flags = {}) {
  sms::Message message;
  message.from = crypto::SecretBuffer(from);
  message.to = crypto::SecretBuffer("+15005550006");
  message.text = crypto::SecretBuffer(text);
  message.flags = std::move(flags);
  return message;
}

}  // namespace hotline::conversation::tests
