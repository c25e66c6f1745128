#include "tests/unit/sms/sides_support.hpp"

#include <algorithm>

namespace hotline::test {

namespace json = boost::json;

namespace {

Side twilio() {
  Side side{.gateway = "twilio", .token = twilio_token, .write = [](const Words& words) {
    Pairs pairs{{"NumMedia", "0"}, {"AccountSid", "AC0123"}, {"SmsStatus", "received"}};
    put(pairs, "MessageSid", words.id);
    put(pairs, "From", words.from);
    put(pairs, "To", words.to);
    put(pairs, "Body", words.text);
    return form_request(pairs);
  }, .sign = [](Sent& sent, const std::string& token, std::int64_t, const std::string& url) {
    header(sent, "x-twilio-signature", twilio_signature(token, with_query(url, sent), pairs_of(sent)));
  }};
  side.signs_content = true;
  side.status = form_request({{"MessageSid", "m"}, {"MessageStatus", "delivered"}, {"To", "+5016001234"}});
  side.answer = "<Response/>";
  return side;
}

Side vonage_messages() {
  Side side{.gateway = "vonage-messages", .token = "a-signature-secret-of-vonage", .write = [](const Words& words) {
    json::object body{{"channel", "sms"}, {"message_type", "text"}, {"timestamp", "2024-10-04T00:00:00Z"}};
    put(body, "message_uuid", words.id);
    put(body, "from", words.from);
    put(body, "to", words.to);
    put(body, "text", words.text);
    return json_request(body);
  }, .sign = [](Sent& sent, const std::string& token, std::int64_t time, const std::string&) {
    header(sent, "authorization", "Bearer " + jwt({{"iat", time}, {"jti", "x"}, {"iss", "Vonage"}, {"payload_hash", to_hex(digest(EVP_sha256(), sent.body))}}, token));
  }};
  side.signs_content = side.signs_time = side.time_is_any_number = true;
  side.status = json_request({{"message_uuid", "id-0001"}, {"to", "5016001234"}, {"from", "5018005551"}, {"status", "delivered"}});
  side.answer = "{}";
  return side;
}

Pairs vonage_pairs(const Words& words) {
  Pairs pairs{{"type", "text"}, {"message-timestamp", "2024-10-04 00:00:17"}, {"keyword", "AYUDAME"}};
  put(pairs, "msisdn", words.from);
  put(pairs, "to", words.to);
  put(pairs, "messageId", words.id);
  put(pairs, "text", words.text);
  return pairs;
}

std::string vonage_text(const Pairs& pairs) {
  std::string text;
  for (auto [name, value] : pairs) {
    std::replace_if(value.begin(), value.end(), [](char c) { return c == '&' || c == '='; }, '_');
    text += "&" + name + "=" + value;
  }
  return text;
}

Side vonage_sms(const std::string& gateway, bool get, std::function<std::string(const std::string& key, const std::string& text)> signature) {
  Side side{.gateway = gateway, .token = "my_secret_key_for_testing", .write = [get](const Words& words) {
    return get ? get_request(vonage_pairs(words)) : form_request(vonage_pairs(words));
  }, .sign = [signature](Sent& sent, const std::string& token, std::int64_t time, const std::string&) {
    std::string& text = sent.request.method == http::Method::get ? sent.request.raw_query : sent.body;
    text += "&timestamp=" + std::to_string(time) + "&nonce=abc";
    const std::string signed_text = vonage_text(pairs_of(sent));
    text += "&sig=" + signature(token, signed_text);
  }};
  side.signs_content = side.signs_time = true;
  side.status = form_request({{"msisdn", "5016001234"}, {"to", "5018005551"}, {"messageId", "m"}, {"status", "delivered"}, {"err-code", "0"}});
  side.answer = "OK";
  return side;
}

Side telnyx() {
  // The key pair of RFC 8032, section 7.1, test 1.
  static const std::string seed = "\x9d\x61\xb1\x9d\xef\xfd\x5a\x60\xba\x84\x4a\xf4\x92\xec\x2c\xc4\x44\x49\xc5\x69\x7b\x32\x69\x19\x70\x3b\xac\x03\x1c\xae\x7f\x60";
  static const std::string right = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
  Side side{.gateway = "telnyx", .token = right, .write = [](const Words& words) {
    json::object payload{{"direction", "inbound"}, {"type", "SMS"}, {"media", json::array{}}, {"encoding", "GSM-7"}};
    put(payload, "id", words.id);
    put(payload, "text", words.text);
    payload["from"] = words.from ? json::value{{"phone_number", *words.from}, {"carrier", "T"}} : json::value(json::object{});
    payload["to"] = json::array{words.to ? json::value{{"phone_number", *words.to}} : json::value(json::object{})};
    return json_request({{"data", {{"event_type", "message.received"}, {"id", "event"}, {"payload", payload}}}});
  }, .sign = [](Sent& sent, const std::string& token, std::int64_t time, const std::string&) {
    std::string own = seed;
    if (token != right) own[0] = 'x';
    const std::string text = std::to_string(time) + "|" + sent.body;
    EVP_PKEY* key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(own.data()), own.size());
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    unsigned char signature[64];
    std::size_t size = sizeof signature;
    EVP_DigestSignInit(context, nullptr, nullptr, nullptr, key);
    EVP_DigestSign(context, signature, &size, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    header(sent, "telnyx-timestamp", std::to_string(time));
    header(sent, "telnyx-signature-ed25519", base64(signature, 64));
  }};
  side.signs_content = side.signs_time = true;
  side.status = json_request({{"data", {{"event_type", "message.finalized"}, {"payload", {{"id", "m"}, {"text", "sent"}}}}}});
  side.answer = "{}";
  return side;
}

Sent plivo_write(const Words& words, bool get) {
  Pairs pairs{{"Type", "sms"}, {"TotalRate", "0"}};
  put(pairs, "From", words.from);
  put(pairs, "To", words.to);
  put(pairs, "MessageUUID", words.id);
  put(pairs, "Text", words.text);
  return get ? get_request(pairs) : form_request(pairs);
}

Side plivo(bool get) {
  Side side{.gateway = "plivo", .token = "an-auth-token-of-plivo", .write = [get](const Words& words) { return plivo_write(words, get); },
            .sign = [](Sent& sent, const std::string& token, std::int64_t, const std::string& url) {
    std::string text = url + "?";
    for (const auto& [name, value] : pairs_of(sent)) {
      if (sent.request.method == http::Method::get) {
        text += (text.ends_with("?") ? "" : "&") + name + "=" + value;
      } else {
        text += name + value;
      }
    }
    header(sent, "x-plivo-signature-v3-nonce", "12345");
    // That of another token of the account comes first.
    header(sent, "x-plivo-signature-v3", to_base64(std::string(32, 'x')) + "," + to_base64(hmac(EVP_sha256(), token, text + ".12345")));
  }};
  side.signs_content = true;
  side.status = form_request({{"From", "1"}, {"To", "2"}, {"MessageUUID", "m"}, {"Status", "delivered"}});
  side.answer = "<Response/>";
  return side;
}

Side plivo_v2() {
  Side side{.gateway = "plivo-v2", .token = "my_auth_token", .write = [](const Words& words) { return plivo_write(words, false); },
            .sign = [](Sent& sent, const std::string& token, std::int64_t, const std::string& url) {
    header(sent, "x-plivo-signature-v2-nonce", "12345");
    header(sent, "x-plivo-signature-v2", to_base64(hmac(EVP_sha256(), token, url + "12345")));
  }};
  side.path_token = true;
  side.status = form_request({{"From", "1"}, {"To", "2"}, {"MessageUUID", "m"}, {"Status", "delivered"}});
  side.answer = "<Response/>";
  return side;
}

Side messagebird() {
  Side side{.gateway = "messagebird", .token = "a-signing-key-of-messagebird", .write = [](const Words& words) {
    Pairs pairs{{"createdDatetime", "2024-10-04T00:00:17+00:00"}, {"reference", ""}};
    put(pairs, "id", words.id);
    put(pairs, "originator", words.from);
    put(pairs, "recipient", words.to);
    put(pairs, "body", words.text);
    return form_request(pairs);
  }, .sign = [](Sent& sent, const std::string& token, std::int64_t time, const std::string& url) {
    header(sent, "messagebird-signature-jwt",
           jwt({{"iss", "MessageBird"}, {"nbf", time}, {"exp", time + 60}, {"jti", "x"}, {"url_hash", to_hex(digest(EVP_sha256(), with_query(url, sent)))},
                {"payload_hash", to_hex(digest(EVP_sha256(), sent.body))}}, token, "HS512", EVP_sha512()));
  }};
  side.signs_content = side.signs_time = side.time_is_any_number = true;
  side.status = form_request({{"id", "m"}, {"recipient", "5016001234"}, {"status", "delivered"}});
  side.answer = "OK";
  return side;
}

Side bird() {
  Side side{.gateway = "bird", .token = "secureSigningKey", .write = [](const Words& words) {
    json::object payload{{"direction", "incoming"}, {"status", "delivered"}, {"receiver", {{"connector", {{"id", "c"}}}}}};
    put(payload, "id", words.id);
    put(payload, "channelId", words.to);
    json::object contact{{"identifierKey", "phonenumber"}};
    put(contact, "identifierValue", words.from);
    payload["sender"] = {{"contact", contact}};
    json::object text;
    put(text, "text", words.text);
    payload["body"] = {{"type", "text"}, {"text", text}};
    return json_request({{"service", "channels"}, {"event", "sms.inbound"}, {"payload", payload}});
  }, .sign = [](Sent& sent, const std::string& token, std::int64_t time, const std::string& url) {
    header(sent, "messagebird-request-timestamp", std::to_string(time));
    header(sent, "messagebird-signature", to_base64(hmac(EVP_sha256(), token, std::to_string(time) + "\n" + url + "\n" + digest(EVP_sha256(), sent.body))));
  }};
  side.signs_content = side.signs_time = true;
  side.to_required = false;
  side.status = json_request({{"event", "sms.outbound"}, {"payload", {{"id", "m"}, {"direction", "outgoing"}, {"status", "delivered"}}}});
  side.answer = "{}";
  return side;
}

Side sinch() {
  Side side{.gateway = "sinch", .token = "SMSWebhooksSecret", .write = [](const Words& words) {
    json::object body{{"type", "mo_text"}, {"operator_id", "1"}, {"received_at", "2024-10-04T00:00:17.000Z"}};
    put(body, "id", words.id);
    put(body, "from", words.from);
    put(body, "to", words.to);
    put(body, "body", words.text);
    return json_request(body);
  }, .sign = [](Sent& sent, const std::string& token, std::int64_t time, const std::string&) {
    const std::string stamp = std::to_string(time);
    header(sent, "x-sinch-webhook-signature-nonce", "nonce");
    header(sent, "x-sinch-webhook-signature-timestamp", stamp);
    header(sent, "x-sinch-webhook-signature-algorithm", "HmacSHA256");
    header(sent, "x-sinch-webhook-signature", to_base64(hmac(EVP_sha256(), token, sent.body + ".nonce." + stamp)));
  }};
  side.signs_content = side.signs_time = true;
  side.status = json_request({{"type", "recipient_delivery_report_sms"}, {"batch_id", "b"}, {"status", "Delivered"}, {"recipient", "5016001234"}});
  side.answer = "{}";
  return side;
}

Side infobip() {
  const auto one = [](const Words& words) {
    json::object result{{"receivedAt", "2024-10-04T00:00:17.000+0000"}, {"smsCount", 1}, {"price", {{"pricePerMessage", 0}}}};
    put(result, "messageId", words.id);
    put(result, "from", bare(words.from));
    put(result, "to", bare(words.to));
    put(result, "text", words.text);
    return result;
  };
  const json::object delivered{{"messageId", "m"}, {"to", "5016001234"}, {"status", {{"groupId", 3}, {"groupName", "DELIVERED"}}}};
  Side side{.gateway = "infobip", .token = "user:a long password", .write = [one](const Words& words) {
    return json_request({{"results", json::array{one(words)}}, {"messageCount", 1}, {"pendingMessageCount", 0}});
  }, .sign = basic};
  side.status = json_request({{"results", json::array{delivered}}});
  side.batch = [one, delivered](const std::vector<Words>& all, bool with_status) {
    json::array results;
    for (const Words& words : all) {
      results.push_back(one(words));
      if (with_status) results.push_back(delivered);
    }
    return json_request({{"results", results}});
  };
  side.answer = "{}";
  return side;
}

Side africastalking() {
  Side side{.gateway = "africastalking", .token = "", .write = [](const Words& words) {
    Pairs pairs{{"linkId", "l"}, {"date", "2024-10-04 00:00:17"}, {"networkCode", "70202"}};
    put(pairs, "id", words.id);
    put(pairs, "from", words.from);
    put(pairs, "to", words.to);
    put(pairs, "text", words.text);
    return form_request(pairs);
  }, .sign = nothing};
  side.path_token = true;
  side.status = form_request({{"id", "m"}, {"status", "Success"}, {"phoneNumber", "+5016001234"}, {"networkCode", "70202"}});
  side.answer = "OK";
  return side;
}

Side clickatell(bool wide) {
  Side side{.gateway = "clickatell", .token = "user:a long password", .write = [wide](const Words& words) {
    json::object body{{"timestamp", 1728000017000}, {"charset", wide ? "UTF-16BE" : "UTF-8"}, {"udh", ""}, {"keyword", ""}};
    put(body, "messageId", words.id);
    put(body, "fromNumber", bare(words.from));
    put(body, "toNumber", bare(words.to));
    put(body, "text", wide && words.text ? std::optional(percent_all(utf16be(*words.text))) : words.text);
    return json_request(body);
  }, .sign = basic};
  side.status = json_request({{"messageId", "m"}, {"requestId", "r"}, {"statusCode", 4}, {"status", "RECEIVED_BY_RECIPIENT"}});
  side.answer = "{}";
  return side;
}

Side clickatell_one() {
  const auto one = [](const Words& words) {
    json::object text{{"channel", "sms"}, {"charset", "UTF-8"}, {"timestamp", 1728000017000}};
    put(text, "messageId", words.id);
    put(text, "from", bare(words.from));
    put(text, "to", bare(words.to));
    put(text, "content", words.text);
    return text;
  };
  const json::array delivered{json::object{{"messageId", "m"}, {"status", "DEVICE_ACK"}}};
  Side side{.gateway = "clickatell-one", .token = "user:a long password", .write = [one](const Words& words) {
    return json_request({{"event", {{"moText", json::array{one(words)}}}}});
  }, .sign = basic};
  side.status = json_request({{"event", {{"messageStatusUpdate", delivered}}}});
  side.batch = [one, delivered](const std::vector<Words>& all, bool with_status) {
    json::array texts;
    for (const Words& words : all) texts.push_back(one(words));
    json::object event;
    if (with_status) event["messageStatusUpdate"] = delivered;
    event["moText"] = texts;
    return json_request({{"event", event}});
  };
  side.answer = "{}";
  return side;
}

}  // namespace

void add_cloud_sides(std::vector<Side>& list) {
  const auto hmac_hex = [](const EVP_MD* md) {
    return [md](const std::string& key, const std::string& text) { return to_hex(hmac(md, key, text)); };
  };
  const auto md5_hash = [](const std::string& key, const std::string& text) { return to_hex(digest(EVP_md5(), text + key)); };
  list.push_back(twilio());
  list.push_back(vonage_messages());
  list.push_back(vonage_sms("vonage-sms", false, hmac_hex(EVP_sha256())));
  list.push_back(vonage_sms("vonage-sms", true, hmac_hex(EVP_sha512())));
  list.push_back(vonage_sms("vonage-sms-md5", false, md5_hash));
  Side unsigned_side{.gateway = "vonage-sms-unsigned", .token = "", .write = [](const Words& words) { return form_request(vonage_pairs(words)); }, .sign = nothing};
  unsigned_side.path_token = true;
  unsigned_side.answer = "OK";
  list.push_back(std::move(unsigned_side));
  list.push_back(telnyx());
  list.push_back(plivo(false));
  list.push_back(plivo(true));
  list.push_back(plivo_v2());
  list.push_back(messagebird());
  list.push_back(bird());
  list.push_back(sinch());
  list.push_back(infobip());
  list.push_back(africastalking());
  list.push_back(clickatell(false));
  list.push_back(clickatell(true));
  list.push_back(clickatell_one());
}

}  // namespace hotline::test
