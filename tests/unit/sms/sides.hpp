#pragma once

#include "tests/unit/sms/twilio.hpp"

#include <boost/json.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// The gateways' sides of their webhooks, written apart from ours after their documentation: each writes and signs a text.
namespace hotline::test {

/// What a text says. Nothing: the field is left out.
struct Words {
  std::optional<std::string> from = "+5016001234";
  std::optional<std::string> to = "+5018005551";
  std::optional<std::string> id = "id-0001";
  std::optional<std::string> text = "Ayúdame 🙏 50% & a=b + c";
};

struct Side {
  std::string gateway;
  std::string token;
  std::function<Sent(const Words&)> write;
  /// Puts what proves it on a request; `url` is the address with the path token, without a query.
  std::function<void(Sent&, const std::string& token, std::int64_t time, const std::string& url)> sign;
  bool path_token = false;
  bool signs_content = false;      ///< a changed text is seen
  bool signs_time = false;
  bool time_is_any_number = false; ///< as in a JWT; others demand ten digits
  bool late_is_refused = false;    ///< for a proof that does not hold the content
  bool has_id = true;
  bool to_required = true;
  std::optional<Sent> status = {};                                       ///< a report on a message that we sent
  std::function<Sent(const std::vector<Words>&, bool with_status)> batch = {};
  std::string answer = {};                                               ///< body of the answer
};

const std::vector<Side>& sides();

std::string hmac(const EVP_MD* md, const std::string& key, const std::string& text);
std::string digest(const EVP_MD* md, const std::string& text);
std::string to_base64(const std::string& bytes);
std::string to_hex(const std::string& bytes);
/// A JSON Web Token with that header and those claims, signed with HMAC-SHA256 unless `md` says else.
std::string jwt(const boost::json::object& claims, const std::string& key, const std::string& alg = "HS256", const EVP_MD* md = EVP_sha256());

Sent json_request(const boost::json::value& body);
Sent form_request(const Pairs& pairs);
Sent get_request(const Pairs& pairs);

}  // namespace hotline::test
