#pragma once

#include "server/console/console.hpp"
#include "server/console/json.hpp"
#include "server/console/totp.hpp"
#include "server/http/memory_body.hpp"
#include "tests/support/memory_stores.hpp"
#include "tests/unit/console/authenticator.hpp"
#include "tests/unit/console/interrupted_log.hpp"
#include "tests/unit/console/interrupted_members.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace hotline::test {

namespace json = boost::json;
using http::Method;

inline const console::Access required{.second_factor = console::SecondFactorRule::required,
                               .origin = "https://console.example.org",
                               .wrong_answer_delay = std::chrono::milliseconds(0)};

/// The whole console over a real database; its desk is no desk for trying out. Everyone's auth key is their fill, 32 times.
class AccountsTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    join(4, "ana", storage::Role::caseworker);
    join(5, "olga", storage::Role::admin);
  }
  void join(Byte fill, std::string name, storage::Role role, bool let_in = true) {
    auto member = member_of(fill, std::move(name));
    member.role = role;
    if (let_in) member.voucher = ByteVector(64, fill);
    const auto hash = crypto::blake2b({filled<32>(fill)});
    member.auth_hash = hash;
    member.recovery_hash.assign(hash.begin(), hash.end());
    ASSERT_TRUE(run_awaitable(stores->members().add(member)));
  }

  struct Answer {
    int status = 0;
    json::object body;
    std::string cookie;     ///< "session=…", when one was set
  };
  Answer call(Method method, const std::string& path, const json::object& body = {}, const std::string& cookie = {},
              std::vector<std::pair<std::string, std::string>> headers = {}) {
    const std::string text = body.empty() ? "" : json::serialize(body);
    http::MemoryBody memory(as_bytes(text));
    Interrupted reader(memory, std::exchange(while_it_comes_, nullptr));
    http::Request request;
    request.method = method;
    request.path = request.raw_path = path;
    request.raw_query = query_;
    request.headers = std::move(headers);
    request.headers.emplace_back("content-type", "application/json");
    if (!cookie.empty()) request.headers.emplace_back("cookie", cookie);
    request.body = &reader;
    const auto match = console.router().find(request);
    if (match.handler == nullptr) return {};
    const http::Response response = run_awaitable((*match.handler)(request));
    Answer answer{response.status, {}, {}};
    if (const auto* said = std::get_if<std::string>(&response.body); said != nullptr && !said->empty()) answer.body = json::parse(*said).as_object();
    for (const auto& [name, value] : response.headers) {
      if (name == "Set-Cookie") answer.cookie = value.substr(0, value.find(';'));
    }
    return answer;
  }
  Answer sign_in(const std::string& name, Byte fill, const std::string& cookie = {}) {
    return call(Method::post, "/api/v1/session", {{"name", name}, {"auth", console::encoded(filled<32>(fill))}}, cookie);
  }
  Answer second(const Answer& first, const std::string& code) {
    return call(Method::post, "/api/v1/session/second", {{"ticket", ticket_of(first)}, {"totp", code}});
  }
  static std::string ticket_of(const Answer& first) { return std::string(first.body.at("second").at("ticket").as_string()); }

  /// Adds a TOTP to whoever has that cookie, with the code of now; gives the secret.
  ByteVector add_totp(const std::string& cookie) {
    const auto begun = call(Method::post, "/api/v1/second-factors/totp", {}, cookie);
    EXPECT_EQ(begun.status, 201);
    const ByteVector secret = from_base32(std::string(begun.body.at("secret").as_string()));
    EXPECT_EQ(call(Method::post, "/api/v1/second-factors/totp/confirm", {{"code", code_of(secret)}}, cookie).status, 204);
    return secret;
  }
  std::string code_of(const ByteVector& secret) { return console::totp_code(secret, clock.now() / 30); }
  void later(std::int64_t seconds) { clock.set(clock.now() + seconds); }
  static ByteVector from_base32(const std::string& text) {
    ByteVector bytes;
    unsigned bits = 0, held = 0;
    for (const char c : text) {
      bits = bits << 5 | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26);
      held += 5;
      if (held >= 8) bytes.push_back(static_cast<Byte>(bits >> (held -= 8)));
    }
    return bytes;
  }
  bool is_in(const std::string& cookie) { return call(Method::get, "/api/v1/desk", {}, cookie).status == 200; }

  /// The one that the console writes into.
  InterruptedLog& log() {
    if (!log_) log_.emplace(stores->log());
    return *log_;
  }

  /// Those whom the console knows.
  InterruptedMembers& members() {
    if (!members_) members_.emplace(stores->members());
    return *members_;
  }

  /// A body that comes in while something else is done.
  class Interrupted final : public http::BodyReader {
   public:
    Interrupted(http::BodyReader& inside, std::function<void()> meanwhile) : inside_(inside), meanwhile_(std::move(meanwhile)) {}
    http::Awaitable<Result<Bytes>> read_some() override {
      if (const auto meanwhile = std::exchange(meanwhile_, nullptr)) meanwhile();
      co_return co_await inside_.read_some();
    }
    std::optional<std::uint64_t> declared_size() const override { return inside_.declared_size(); }

   private:
    http::BodyReader& inside_;
    std::function<void()> meanwhile_;
  };

  std::string query_;   ///< of the next call
  std::function<void()> while_it_comes_;   ///< done while the next call's body comes in
  FixedClock clock{hour * 3600};
  std::optional<InterruptedLog> log_;
  std::optional<InterruptedMembers> members_;
  std::optional<StoresWithLog> stores_with_log_;
  std::optional<console::Console> made_;
  struct Console {
    AccountsTest& test;
    const http::Router& router() {
      if (!test.made_) {
        test.stores_with_log_.emplace(*test.stores, test.log(), test.members());
        test.made_.emplace(*test.stores_with_log_, test.clock, test.limits, false, required);
      }
      return test.made_->router();
    }
  } console{*this};
};

}  // namespace hotline::test
