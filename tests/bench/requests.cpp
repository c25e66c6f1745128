#include "tests/bench/requests.hpp"

#include "config/bytes.hpp"
#include "crypto/encoding.hpp"
#include "crypto/random.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
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

std::string sign(const std::string& token, const std::string& message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha1(), token.data(), static_cast<int>(token.size()), reinterpret_cast<const unsigned char*>(message.data()), message.size(),
       digest.data(), &size);
  return crypto::to_base64(Bytes(digest.data(), size), crypto::Base64::standard);
}

}  // namespace

std::unique_ptr<Requests> page_requests(const std::string& path, std::string page) {
  return std::make_unique<Fixed>(path, std::move(page));
}

std::unique_ptr<Requests> health_requests() { return std::make_unique<Fixed>("/healthz", "ok"); }

std::unique_ptr<Requests> sealed_requests(const crypto::age::Recipient& recipient, std::size_t json_bytes, std::size_t distinct) {
  return std::make_unique<Sealed>(recipient, json_bytes, distinct);
}

std::unique_ptr<Requests> sms_requests(const std::string& path, const std::string& url, const std::string& token, std::size_t count) {
  ByteArray<8> run;
  crypto::random_bytes(run);
  std::vector<std::string> requests;
  requests.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::array<char, 17> number{};
    std::snprintf(number.data(), number.size(), "%016zx", i);
    // In the order of their names, as they are signed.
    const std::vector<std::pair<std::string, std::string>> fields{
        {"AccountSid", "AC00000000000000000000000000000000"},
        {"ApiVersion", "2010-04-01"},
        {"Body", "They keep our passports. We are four, in a house near the river. Please do not call."},
        {"From", "+5016" + std::to_string(100000 + i % 900000)},
        {"MessageSid", "SM" + crypto::to_hex(run) + number.data()},
        {"NumMedia", "0"},
        {"NumSegments", "1"},
        {"To", "+15005550006"}};
    std::string message = url;
    for (const auto& [name, value] : fields) message.append(name).append(value);
    requests.push_back(post(path, std::string(form_type) + "X-Twilio-Signature: " + sign(token, message) + "\r\n", urlencode(fields)));
  }
  return std::make_unique<Listed>(std::move(requests),
                                  [](int status, std::string_view body) { return status == 200 && body.find("<Response") != body.npos; });
}

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
