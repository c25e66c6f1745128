#include "tests/unit/sms/sides_support.hpp"

namespace hotline::test {

namespace json = boost::json;

namespace {

Side kannel(const std::string& charset) {
  Side side{.gateway = "kannel", .token = "kannel:a long password", .write = [charset](const Words& words) {
    Pairs pairs{{"time", "2024-10-04 00:00:17"}, {"charset", charset}, {"coding", charset == "UTF-16BE" ? "2" : "0"}};
    put(pairs, "id", words.id);
    put(pairs, "from", words.from);
    put(pairs, "to", words.to);
    put(pairs, "text", words.text && charset == "UTF-16BE" ? utf16be(*words.text) : words.text);
    return get_request(pairs);
  }, .sign = basic};
  side.has_id = false;   // without one the text itself tells
  return side;
}

Side kannel_post(bool wide) {
  Side side{.gateway = "kannel-post", .token = "kannel:a long password", .write = [wide](const Words& words) {
    Sent sent = request(http::Method::post, wide ? utf16be(words.text.value_or("")) : words.text.value_or(""),
                        wide ? "text/plain; charset=\"UTF-16BE\"" : "text/plain");
    header(sent, "x-kannel-time", "2024-10-04 00:00:17");
    if (words.from) header(sent, "x-kannel-from", *words.from);
    if (words.to) header(sent, "x-kannel-to", *words.to);
    return sent;
  }, .sign = basic};
  side.has_id = false;
  return side;
}

Side jasmin(bool wide) {
  Side side{.gateway = "jasmin", .token = "", .write = [wide](const Words& words) {
    Pairs pairs{{"origin-connector", "belize"}, {"priority", "1"}};
    put(pairs, "id", words.id);
    put(pairs, "from", bare(words.from));
    put(pairs, "to", bare(words.to));
    put(pairs, "content", wide && words.text ? utf16be(*words.text) : words.text);
    if (wide && words.text) put(pairs, "binary", to_hex(utf16be(*words.text)));
    if (wide) put(pairs, "coding", "8");
    return form_request(pairs);
  }, .sign = nothing};
  side.path_token = true;
  side.answer = "ACK/Jasmin";
  return side;
}

Side android() {
  Side side{.gateway = "android", .token = "a-long-key-of-the-phone", .write = [](const Words& words) {
    json::object payload{{"messageId", "m"}, {"simNumber", 1}, {"receivedAt", "2024-10-04T00:00:17.000-06:00"}};
    put(payload, "sender", words.from);
    put(payload, "recipient", words.to);
    put(payload, "message", words.text);
    json::object body{{"deviceId", "d"}, {"event", "sms:received"}, {"payload", payload}, {"webhookId", "w"}};
    put(body, "id", words.id);
    return json_request(body);
  }, .sign = [](Sent& sent, const std::string& token, std::int64_t time, const std::string&) {
    header(sent, "x-timestamp", std::to_string(time));
    header(sent, "x-signature", to_hex(hmac(EVP_sha256(), token, sent.body + std::to_string(time))));
  }};
  side.signs_content = side.signs_time = true;
  side.to_required = false;
  side.status = json_request({{"event", "sms:delivered"}, {"id", "e"}, {"payload", {{"messageId", "m"}, {"phoneNumber", "+5016001234"}}}});
  side.answer = "{}";
  return side;
}

Side smssync() {
  Side side{.gateway = "smssync", .token = "the-secret-of-the-app", .write = [](const Words& words) {
    Pairs pairs{{"device_id", "d"}, {"sent_timestamp", "1728000017000"}};
    put(pairs, "message_id", words.id);
    put(pairs, "from", words.from);
    put(pairs, "sent_to", words.to);
    put(pairs, "message", words.text);
    return form_request(pairs);
  }, .sign = [](Sent& sent, const std::string& token, std::int64_t, const std::string&) { sent.body += "&secret=" + percent(token); }};
  side.to_required = false;
  side.has_id = false;
  Sent polled = form_request({{"queued_messages", ""}});
  polled.request.raw_query = "task=sent";
  side.status = std::move(polled);
  side.answer = "{\"payload\":{\"success\":true,\"error\":null}}";
  return side;
}

Side envayasms() {
  Side side{.gateway = "envayasms", .token = "the-password-of-the-app", .write = [](const Words& words) {
    Pairs pairs{{"version", "30"}, {"action", "incoming"}, {"message_type", "sms"}, {"timestamp", "1728000017000"}, {"battery", "80"}};
    put(pairs, "from", words.from);
    put(pairs, "phone_number", words.to);
    put(pairs, "message", words.text);
    return form_request(pairs);
  }, .sign = [](Sent& sent, const std::string& token, std::int64_t, const std::string& url) {
    std::string text = url;
    for (const auto& [name, value] : pairs_of(sent)) text += "," + name + "=" + value;
    header(sent, "x-request-signature", to_base64(digest(EVP_sha1(), text + "," + token)));
  }};
  side.signs_content = true;
  side.to_required = false;
  side.has_id = false;
  side.status = form_request({{"version", "30"}, {"action", "send_status"}, {"id", "m"}, {"status", "sent"}});
  side.answer = "{\"events\":[]}";
  return side;
}

Side httpsms() {
  Side side{.gateway = "httpsms", .token = "a-signing-key-of-httpsms", .write = [](const Words& words) {
    json::object data{{"sim", "SIM1"}, {"timestamp", "2024-10-04T00:00:17Z"}, {"user_id", "u"}};
    put(data, "contact", words.from);
    put(data, "owner", words.to);
    put(data, "content", words.text);
    put(data, "message_id", words.id);
    return json_request({{"specversion", "1.0"}, {"type", "message.phone.received"}, {"source", "/v1/messages/receive"}, {"data", data}});
  }, .sign = [](Sent& sent, const std::string& token, std::int64_t time, const std::string& url) {
    header(sent, "authorization", "Bearer " + jwt({{"aud", json::array{url}}, {"exp", time + 600}, {"iat", time}, {"iss", "api.httpsms.com"}, {"nbf", time - 600}, {"sub", "u"}}, token));
  }};
  side.path_token = true;
  side.signs_time = true;
  side.late_is_refused = true;
  side.status = json_request({{"type", "message.phone.delivered"}, {"data", {{"id", "m"}, {"contact", "+5016001234"}}}});
  side.answer = "{}";
  return side;
}

Side whatsapp() {
  const auto message = [](const Words& words) {
    json::object one{{"timestamp", "1728000017"}, {"type", "text"}};
    put(one, "id", words.id);
    put(one, "from", bare(words.from));
    if (words.text) one["text"] = {{"body", *words.text}};
    return one;
  };
  const auto value = [](const Words& words) {
    json::object metadata{{"phone_number_id", "1"}};
    put(metadata, "display_phone_number", bare(words.to));
    return json::object{{"messaging_product", "whatsapp"}, {"metadata", metadata}, {"contacts", json::array{json::object{{"profile", {{"name", "A Name"}}}}}}};
  };
  const auto wrap = [](json::array entries) { return json_request({{"object", "whatsapp_business_account"}, {"entry", entries}}); };
  const auto entry = [](json::object of) { return json::object{{"id", "e"}, {"changes", json::array{json::object{{"field", "messages"}, {"value", of}}}}}; };
  const json::array delivered{json::object{{"id", "m"}, {"status", "delivered"}, {"recipient_id", "5016001234"}}};
  Side side{.gateway = "whatsapp", .token = "It's a Secret to Everybody", .write = [=](const Words& words) {
    json::object of = value(words);
    of["messages"] = json::array{message(words)};
    return wrap({entry(of)});
  }, .sign = [](Sent& sent, const std::string& token, std::int64_t, const std::string&) {
    header(sent, "x-hub-signature-256", "sha256=" + to_hex(hmac(EVP_sha256(), token, sent.body)));
  }};
  side.signs_content = true;
  side.path_token = true;
  json::object only_status = value({});
  only_status["statuses"] = delivered;
  side.status = wrap({entry(only_status)});
  side.batch = [=](const std::vector<Words>& all, bool with_status) {
    json::array entries;
    if (with_status) entries.push_back(entry(only_status));
    for (const Words& words : all) {
      json::object of = value(words);
      if (with_status) of["statuses"] = delivered;
      of["messages"] = json::array{message(words)};
      entries.push_back(entry(of));
    }
    return wrap(entries);
  };
  return side;
}

Side bandwidth() {
  const auto one = [](const Words& words) {
    json::object message{{"direction", "in"}, {"segmentCount", 1}, {"applicationId", "a"}};
    put(message, "id", words.id);
    put(message, "from", words.from);
    put(message, "text", words.text);
    if (words.to) message["to"] = json::array{*words.to};
    return json::object{{"type", "message-received"}, {"time", "2024-10-04T00:00:17Z"}, {"message", message}};
  };
  const json::object delivered{{"type", "message-delivered"}, {"to", "+5016001234"}, {"message", {{"id", "m"}, {"text", "sent"}}}};
  Side side{.gateway = "bandwidth", .token = "user:a long password", .write = [one](const Words& words) { return json_request(json::array{one(words)}); }, .sign = basic};
  side.status = json_request(json::array{delivered});
  side.batch = [one, delivered](const std::vector<Words>& all, bool with_status) {
    json::array events;
    for (const Words& words : all) {
      if (with_status) events.push_back(delivered);
      events.push_back(one(words));
    }
    return json_request(events);
  };
  side.answer = "{}";
  return side;
}

Side standard_webhooks() {
  static const std::string right = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  Side side{.gateway = "standard-webhooks", .token = right, .write = [](const Words& words) {
    json::object data;
    put(data, "from", words.from);
    put(data, "to", words.to);
    put(data, "text", words.text);
    Sent sent = json_request({{"type", "message.received"}, {"timestamp", "2024-10-04T00:00:17Z"}, {"data", data}});
    if (words.id) header(sent, "webhook-id", *words.id);
    return sent;
  }, .sign = [](Sent& sent, const std::string& token, std::int64_t time, const std::string&) {
    const auto decoded = std::string("\x31\xf2\x90\xf6\xbf\x06\x29\x8a\xab\x4f\x08\xd4\x3c\x3f\x08\x2c\xf6\x48\xa3\x62\xda\x2d\xa4\xb0", 24);
    const std::string stamp = std::to_string(time);
    const std::string id(sent.request.header("webhook-id").value_or(""));
    header(sent, "webhook-timestamp", stamp);
    header(sent, "webhook-signature", "v1a,eHh4 v1," + to_base64(hmac(EVP_sha256(), token == right ? decoded : token, id + "." + stamp + "." + sent.body)));
  }};
  side.signs_content = side.signs_time = true;
  side.to_required = false;
  side.status = json_request({{"type", "message.delivered"}, {"data", {{"id", "m"}}}});
  side.answer = "{}";
  return side;
}

}  // namespace

void add_own_sides(std::vector<Side>& list) {
  list.push_back(kannel("UTF-8"));
  list.push_back(kannel("UTF-16BE"));
  list.push_back(kannel_post(false));
  list.push_back(kannel_post(true));
  list.push_back(jasmin(false));
  list.push_back(jasmin(true));
  list.push_back(android());
  list.push_back(smssync());
  list.push_back(envayasms());
  list.push_back(httpsms());
  list.push_back(whatsapp());
  list.push_back(bandwidth());
  list.push_back(standard_webhooks());
}

}  // namespace hotline::test
