#include "server/sms/signature.hpp"

#include "tests/unit/sms/sides.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>

/// Signatures that others made, against the built-in descriptors: tests/vectors/sms/others.json names where each is from.
namespace {

using namespace hotline;
using namespace hotline::sms;
using test::Pairs;
using test::Sent;

std::string text_of(const boost::json::value& value) { return std::string(value.as_string()); }

Pairs pairs_of(const boost::json::value& params) {
  Pairs pairs;
  for (const auto& [name, value] : params.as_object()) pairs.emplace_back(name, text_of(value));
  return pairs;
}

/// One vector as a request to its gateway.
struct Vector {
  explicit Vector(const boost::json::value& vector) {
    const std::string scheme = text_of(vector.at("scheme"));
    const auto& in = vector.at("input");
    const std::string expected = text_of(vector.at("expected"));
    const auto from = [&](const char* name) { return text_of(in.at(name)); };
    const auto set = [&](const char* name, const std::string& value) { sent.request.headers.emplace_back(name, value); };
    const auto json_body = [&] {
      sent = test::json_request(nullptr);
      sent.body = from("body");
    };
    if (scheme == "plivo-v2") {
      gateway = scheme;
      sent = test::form_request({{"Text", "not covered"}});
      url = from("url");
      token = from("authToken");
      set("x-plivo-signature-v2-nonce", from("nonce"));
      set("x-plivo-signature-v2", expected);
    } else if (scheme == "plivo-v3") {
      gateway = "plivo";
      token = from("authToken");
      url = from("url");
      const std::string query = url.find('?') == std::string::npos ? "" : url.substr(url.find('?') + 1);
      url = url.substr(0, url.find('?'));
      const Pairs pairs = pairs_of(in.at("params"));
      sent = from("method") == "GET" ? test::get_request(pairs) : test::form_request(pairs);
      if (!query.empty()) sent.request.raw_query = sent.request.raw_query.empty() ? query : query + "&" + sent.request.raw_query;
      set("x-plivo-signature-v3-nonce", from("nonce"));
      set("x-plivo-signature-v3", expected);
    } else if (scheme == "vonage-sig") {
      gateway = from("alg") == "md5hash" ? "vonage-sms-md5" : "vonage-sms";
      token = from("secret");
      Pairs pairs = pairs_of(in.at("params"));
      pairs.emplace_back("sig", expected);
      sent = test::form_request(pairs);
    } else if (scheme == "sinch") {
      gateway = scheme;
      token = from("secret");
      json_body();
      set("x-sinch-webhook-signature-nonce", from("nonce"));
      set("x-sinch-webhook-signature-timestamp", from("timestamp"));
      set("x-sinch-webhook-signature", expected);
    } else if (scheme == "standardwebhooks") {
      gateway = "standard-webhooks";
      token = from("secret");
      json_body();
      set("webhook-id", from("id"));
      set("webhook-timestamp", from("timestamp"));
      set("webhook-signature", expected);
    } else if (scheme == "whatsapp") {
      gateway = scheme;
      token = from("secret");
      json_body();
      set("x-hub-signature-256", expected);
    } else if (scheme == "telnyx") {
      gateway = scheme;
      token = from("publicKey");
      json_body();
      set("telnyx-timestamp", from("timestamp"));
      set("telnyx-signature-ed25519", expected);
    } else if (scheme == "android-sms-gateway") {
      gateway = "android";
      token = from("secret");
      json_body();
      set("x-timestamp", from("timestamp"));
      set("x-signature", expected);
    } else if (scheme == "bird") {
      gateway = scheme;
      token = from("secret");
      url = from("url");
      json_body();
      set("messagebird-request-timestamp", from("timestamp"));
      set("messagebird-signature", expected);
    } else if (scheme == "envayasms") {
      gateway = scheme;
      token = from("password");
      url = from("url");
      sent = test::form_request(pairs_of(in.at("params")));
      set("x-request-signature", expected);
    } else {
      ADD_FAILURE() << "no request for " << scheme;
    }
  }

  bool holds() const {
    const Descriptor descriptor = built_in_descriptor(gateway).value();
    const std::string type = sent.request.media_type();
    const auto fields = sent.request.method == http::Method::get ? parse_form_fields(as_bytes(sent.request.raw_query), 100)
                        : type == "application/json"             ? parse_json_fields(as_bytes(sent.body), 100)
                                                                 : parse_form_fields(as_bytes(sent.body), 100);
    const Fields none;
    const SignedRequest request{sent.request, as_bytes(sent.body), fields ? *fields : none, url, test::now, fields.has_value()};
    return std::any_of(descriptor.auth.begin(), descriptor.auth.end(), [&](const Auth& auth) {
      return !auth.only && applies(auth, sent.request.method, type) && proves(auth, request, as_bytes(token)).holds;
    });
  }

  std::string gateway, token;
  std::string url = "https://report.example/sms/line";
  Sent sent;
};

boost::json::array vectors() {
  std::ifstream file(HOTLINE_SOURCE_DIR "/tests/vectors/sms/others.json");
  return boost::json::parse(std::string(std::istreambuf_iterator<char>(file), {})).as_array();
}

TEST(OthersVectors, AllHold) {
  std::map<std::string, int> count;
  for (const auto& vector : vectors()) {
    EXPECT_TRUE(Vector(vector).holds()) << vector;
    ++count[text_of(vector.at("scheme"))];
  }
  EXPECT_EQ(count, (std::map<std::string, int>{{"android-sms-gateway", 1}, {"bird", 1}, {"envayasms", 1}, {"plivo-v2", 3}, {"plivo-v3", 4}, {"sinch", 2},
                                               {"standardwebhooks", 1}, {"telnyx", 1}, {"vonage-sig", 9}, {"whatsapp", 1}}));
}

TEST(OthersVectors, NoneHoldsWithAnotherTokenOrContent) {
  for (const auto& vector : vectors()) {
    {
      Vector v(vector);
      v.token[v.token.size() / 2] = v.token[v.token.size() / 2] == 'A' ? 'B' : 'A';
      EXPECT_FALSE(v.holds()) << vector;
    }
    if (text_of(vector.at("scheme")) == "plivo-v2") continue;   // covers the address alone
    Vector v(vector);
    std::string& content = v.sent.request.method == http::Method::get ? v.sent.request.raw_query : v.sent.body;
    content += v.sent.request.media_type() == "application/json" ? " " : "&x=y";
    EXPECT_FALSE(v.holds()) << vector;
  }
}

}  // namespace
