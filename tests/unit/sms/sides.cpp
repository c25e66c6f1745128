#include "tests/unit/sms/sides.hpp"

#include "tests/unit/sms/sides_support.hpp"

#include <algorithm>

namespace hotline::test {

namespace json = boost::json;

std::string hmac(const EVP_MD* md, const std::string& key, const std::string& text) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(md, key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
  return {reinterpret_cast<const char*>(mac), size};
}

std::string digest(const EVP_MD* md, const std::string& text) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), bytes, &size, md, nullptr);
  return {reinterpret_cast<const char*>(bytes), size};
}

std::string to_base64(const std::string& bytes) {
  return base64(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
}

std::string to_hex(const std::string& bytes) {
  std::string hex;
  for (const char c : bytes) hex += {"0123456789abcdef"[static_cast<unsigned char>(c) >> 4], "0123456789abcdef"[c & 15]};
  return hex;
}

std::string jwt(const json::object& claims, const std::string& key, const std::string& alg, const EVP_MD* md) {
  const auto encode = [](const std::string& text) {
    std::string out = to_base64(text);
    out.erase(std::find(out.begin(), out.end(), '='), out.end());
    std::replace(out.begin(), out.end(), '+', '-');
    std::replace(out.begin(), out.end(), '/', '_');
    return out;
  };
  const std::string text = encode(json::serialize(json::object{{"typ", "JWT"}, {"alg", alg}})) + "." + encode(json::serialize(claims));
  return text + "." + encode(hmac(md, key, text));
}

Sent request(http::Method method, std::string body, const std::string& type) {
  Sent sent;
  sent.request.method = method;
  sent.request.path = sent.request.raw_path = "/sms/line";
  sent.request.captured = {"line"};
  sent.request.headers = {{"host", "elsewhere.example"}};
  if (!type.empty()) sent.request.headers.emplace_back("content-type", type);
  sent.body = std::move(body);
  return sent;
}

void header(Sent& sent, const std::string& name, const std::string& value) { sent.request.headers.emplace_back(name, value); }

void put(Pairs& pairs, const std::string& name, const std::optional<std::string>& value) {
  if (value) pairs.emplace_back(name, *value);
}
void put(json::object& object, const char* name, const std::optional<std::string>& value) {
  if (value) object[name] = *value;
}

std::optional<std::string> bare(const std::optional<std::string>& number) {
  return number ? std::optional(number->substr(number->starts_with("+") ? 1 : 0)) : std::nullopt;
}

Pairs pairs_of(const Sent& sent) {
  Pairs pairs;
  const auto fields = sms::parse_form_fields(as_bytes(sent.request.method == http::Method::get ? sent.request.raw_query : sent.body), 500);
  if (!fields) return pairs;
  for (const auto& field : *fields) pairs.emplace_back(field.name, field.value.reveal_text());
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

std::string utf16be(const std::string& utf8) {
  std::string out;
  const auto unit = [&](unsigned value) { out += {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)}; };
  for (std::size_t i = 0; i < utf8.size();) {
    const auto first = static_cast<unsigned char>(utf8[i]);
    const unsigned length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    unsigned point = length == 1 ? first : first & (0x7fU >> length);
    for (unsigned k = 1; k < length; ++k) point = point << 6 | (static_cast<unsigned char>(utf8[i + k]) & 0x3f);
    if (point >= 0x10000) {
      unit(0xd800 + ((point - 0x10000) >> 10));
      unit(0xdc00 + ((point - 0x10000) & 0x3ff));
    } else {
      unit(point);
    }
    i += length;
  }
  return out;
}

std::string percent_all(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) out += "%" + to_hex({c});
  return out;
}

void nothing(Sent&, const std::string&, std::int64_t, const std::string&) {}
void basic(Sent& sent, const std::string& token, std::int64_t, const std::string&) {
  header(sent, "authorization", "Basic " + to_base64(token));
}

std::string with_query(const std::string& url, const Sent& sent) {
  return sent.request.raw_query.empty() ? url : url + "?" + sent.request.raw_query;
}

Sent json_request(const json::value& body) { return request(http::Method::post, json::serialize(body), "application/json"); }
Sent form_request(const Pairs& pairs) { return request(http::Method::post, form(pairs), "application/x-www-form-urlencoded"); }
Sent get_request(const Pairs& pairs) {
  Sent sent = request(http::Method::get, "", "");
  sent.request.raw_query = form(pairs);
  return sent;
}

const std::vector<Side>& sides() {
  static const std::vector<Side> all = [] {
    std::vector<Side> list;
    add_cloud_sides(list);
    add_own_sides(list);
    return list;
  }();
  return all;
}

}  // namespace hotline::test
