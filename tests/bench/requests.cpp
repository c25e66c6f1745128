#include "tests/bench/requests.hpp"

#include "config/bytes.hpp"
#include "crypto/encoding.hpp"
#include "crypto/random.hpp"
#include "crypto/signing.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <vector>

namespace hotline::bench {
namespace {

std::string post(const std::string& path, std::string_view headers, std::string_view body) {
  std::string request = "POST " + path + " HTTP/1.1\r\nHost: bench.invalid\r\n";
  request.append(headers).append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
  return request;
}

std::string percent_encode(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (plain) {
      encoded.push_back(c);
    } else if (c == ' ') {
      encoded.push_back('+');
    } else {
      std::array<char, 4> escape{};
      std::snprintf(escape.data(), escape.size(), "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
      encoded.append(escape.data());
    }
  }
  return encoded;
}

std::string urlencode(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    if (!body.empty()) body.push_back('&');
    body.append(name).append("=").append(percent_encode(value));
  }
  return body;
}

constexpr std::string_view form_type = "Content-Type: application/x-www-form-urlencoded\r\n";

class Fixed : public Requests {
 public:
  Fixed(const std::string& path, std::string body)
      : request_("GET " + path + " HTTP/1.1\r\nHost: bench.invalid\r\n\r\n"), body_(std::move(body)) {}
  std::string_view request(std::size_t, std::string&) const override { return request_; }
  bool right(int status, std::string_view body) const override { return status == 200 && body == body_; }

 private:
  std::string request_;
  std::string body_;
};

class Listed : public Requests {
 public:
  using Right = std::function<bool(int, std::string_view)>;
  Listed(std::vector<std::string> requests, Right right) : requests_(std::move(requests)), right_(std::move(right)) {}
  std::string_view request(std::size_t index, std::string&) const override { return requests_.at(index); }
  bool right(int status, std::string_view body) const override { return right_(status, body); }

 private:
  std::vector<std::string> requests_;
  Right right_;
};

class Sealed : public Requests {
 public:
  static constexpr std::string_view boundary = "hotline-bench-5f9d1c7ab2e34680";
  static constexpr std::string_view end = "\r\n--hotline-bench-5f9d1c7ab2e34680--\r\n";

  Sealed(const crypto::age::Recipient& recipient, std::size_t json_bytes, std::size_t distinct) {
    std::string json = R"({"v":1,"type":"report","channel":"api","language":"en","answers":{"q_story":")";
    json.append("They keep our passports and we may not leave the house. ").append(R"("}})");
    json.resize(json_bytes, ' ');
    for (std::size_t i = 0; i < distinct; ++i) {
      const auto sealed = crypto::age::seal(std::span(&recipient, 1), as_bytes(json));
      if (!sealed) throw std::runtime_error("cannot seal");
      std::string body = "--" + std::string(boundary) + "\r\nContent-Disposition: form-data; name=\"report\"; filename=\"report.age\"\r\n" +
                         "Content-Type: application/octet-stream\r\n\r\n";
      body.append(as_text(*sealed)).append(end);
      templates_.push_back(post("/api/v1/reports", "Content-Type: multipart/form-data; boundary=" + std::string(boundary) + "\r\n", body));
    }
  }

  std::string_view request(std::size_t index, std::string& scratch) const override {
    scratch = templates_[index % templates_.size()];
    const std::uint64_t turn = index / templates_.size();
    std::memcpy(scratch.data() + scratch.size() - end.size() - sizeof(turn), &turn, sizeof(turn));
    return scratch;
  }
  bool right(int status, std::string_view body) const override { return status == 201 && body == R"({"received":true})"; }

 private:
  std::vector<std::string> templates_;
};

class Repeated : public Requests {
 public:
  explicit Repeated(std::unique_ptr<Requests> requests) : requests_(std::move(requests)) {}
  std::string_view request(std::size_t, std::string& scratch) const override { return requests_->request(0, scratch); }
  bool right(int status, std::string_view body) const override { return requests_->right(status, body); }

 private:
  std::unique_ptr<Requests> requests_;
};

constexpr std::string_view text_body = "They keep our passports. We are four, in a house near the river. Please do not call.";

ByteVector hmac(const EVP_MD* hash, const std::string& token, const std::string& message) {
  ByteVector digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  HMAC(hash, token.data(), static_cast<int>(token.size()), reinterpret_cast<const unsigned char*>(message.data()), message.size(),
       digest.data(), &size);
  digest.resize(size);
  return digest;
}

std::string from_number(std::size_t index) { return "+5016" + std::to_string(100000 + index % 900000); }

/// Different in every run and for every index.
class Ids {
 public:
  Ids() { crypto::random_bytes(run_); }
  std::string id(std::size_t index) const {
    std::array<char, 17> number{};
    std::snprintf(number.data(), number.size(), "%016zx", index);
    return crypto::to_hex(run_) + number.data();
  }

 private:
  ByteArray<8> run_{};
};

/// Texts in JSON, which are answered with an empty object. `write` gives the headers and the body for an id and an index.
template <class Write>
std::unique_ptr<Requests> json_requests(const std::string& path, std::size_t count, Write write) {
  const Ids ids;
  const std::string now = std::to_string(std::time(nullptr));
  std::vector<std::string> requests;
  requests.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string body = write.body(ids.id(i), i);
    requests.push_back(post(path, "Content-Type: application/json\r\n" + write.headers(now, body), body));
  }
  return std::make_unique<Listed>(std::move(requests), [](int status, std::string_view body) { return status == 200 && body == "{}"; });
}

struct Telnyx {
  crypto::SigningKey key;
  std::string headers(const std::string& now, const std::string& body) const {
    const crypto::Signature signature = key.sign(as_bytes(now + "|" + body));
    return "telnyx-timestamp: " + now + "\r\ntelnyx-signature-ed25519: " + crypto::to_base64(signature, crypto::Base64::standard) + "\r\n";
  }
  std::string body(const std::string& id, std::size_t index) const {
    return R"({"data":{"event_type":"message.received","id":"b301ed3f-1490-491f-995f-6e64e69674d4","occurred_at":"2026-11-24T20:16:07.588+00:00",)"
           R"("payload":{"cc":[],"direction":"inbound","encoding":"GSM-7","errors":[],"from":{"carrier":"","line_type":"","phone_number":")" +
           from_number(index) + R"(","status":"webhook_delivered"},"id":")" + id +
           R"(","media":[],"messaging_profile_id":"740572b6-099c-44a1-89b9-6c92163bc68d","parts":1,"received_at":"2026-11-24T20:16:07.503+00:00",)"
           R"("record_type":"message","text":")" + std::string(text_body) +
           R"(","to":[{"carrier":"Telnyx","line_type":"Wireless","phone_number":"+15005550006","status":"webhook_delivered"}],"type":"SMS"},)"
           R"("record_type":"event"},"meta":{"attempt":1,"delivered_to":"https://bench.invalid/sms/telnyx"}})";
  }
};

struct Android {
  std::string token;
  std::string headers(const std::string& now, const std::string& body) const {
    return "X-Timestamp: " + now + "\r\nX-Signature: " + crypto::to_hex(hmac(EVP_sha256(), token, body + now)) + "\r\n";
  }
  std::string body(const std::string& id, std::size_t index) const {
    return R"({"deviceId":"ffffffffceb0b1db0000018e937c815b","event":"sms:received","id":")" + id +
           R"(","payload":{"messageId":"abc123","message":")" + std::string(text_body) + R"(","sender":")" + from_number(index) +
           R"(","recipient":"+5016009999","simNumber":1,"receivedAt":"2026-11-24T14:16:07.000-06:00"},"webhookId":"LreFUt-Z3sSq0JufY9uWB"})";
  }
};

}  // namespace

std::unique_ptr<Requests> page_requests(const std::string& path, std::string page) {
  return std::make_unique<Fixed>(path, std::move(page));
}

std::unique_ptr<Requests> health_requests() { return std::make_unique<Fixed>("/healthz", "ok"); }

std::unique_ptr<Requests> sealed_requests(const crypto::age::Recipient& recipient, std::size_t json_bytes, std::size_t distinct) {
  return std::make_unique<Sealed>(recipient, json_bytes, distinct);
}

std::unique_ptr<Requests> sms_requests(const std::string& path, const std::string& url, const std::string& token, std::size_t count) {
  const Ids ids;
  std::vector<std::string> requests;
  requests.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    // In the order of their names, as they are signed.
    const std::vector<std::pair<std::string, std::string>> fields{{"AccountSid", "AC00000000000000000000000000000000"},
                                                                  {"ApiVersion", "2010-04-01"},
                                                                  {"Body", std::string(text_body)},
                                                                  {"From", from_number(i)},
                                                                  {"MessageSid", "SM" + ids.id(i)},
                                                                  {"NumMedia", "0"},
                                                                  {"NumSegments", "1"},
                                                                  {"To", "+15005550006"}};
    std::string message = url;
    for (const auto& [name, value] : fields) message.append(name).append(value);
    const std::string signature = crypto::to_base64(hmac(EVP_sha1(), token, message), crypto::Base64::standard);
    requests.push_back(post(path, std::string(form_type) + "X-Twilio-Signature: " + signature + "\r\n", urlencode(fields)));
  }
  return std::make_unique<Listed>(std::move(requests), [](int status, std::string_view body) { return status == 200 && body == "<Response/>"; });
}

std::unique_ptr<Requests> telnyx_requests(const std::string& path, const std::string& seed, std::size_t count) {
  const auto bytes = crypto::from_base64(seed, crypto::Base64::standard);
  crypto::Secret<32> key;
  if (!bytes || bytes->size() != key.reveal().size()) throw std::runtime_error("the seed must be 32 bytes in base64");
  std::copy(bytes->begin(), bytes->end(), key.reveal_mutable().begin());
  return json_requests(path, count, Telnyx{crypto::SigningKey::from_seed(key)});
}

std::unique_ptr<Requests> android_requests(const std::string& path, const std::string& token, std::size_t count) {
  return json_requests(path, count, Android{token});
}

std::unique_ptr<Requests> repeated(std::unique_ptr<Requests> requests) { return std::make_unique<Repeated>(std::move(requests)); }

std::unique_ptr<Requests> form_requests(const std::string& path, std::size_t count) {
  std::vector<std::string> requests;
  requests.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    ByteArray<32> token;
    crypto::random_bytes(token);
    requests.push_back(post(path, form_type,
                            urlencode({{"t", crypto::to_base64(token, crypto::Base64::url_unpadded)},
                                       {"q_safe_now", "no"},
                                       {"q_story", "They keep our passports and we may not leave the house. There are four of us, one is "
                                                   "sixteen. The man who drives us comes at six. Please do not come with uniforms."}})));
  }
  return std::make_unique<Listed>(std::move(requests),
                                  [](int status, std::string_view body) { return status == 200 && body.find("id=\"code\"") != body.npos; });
}

}  // namespace hotline::bench
