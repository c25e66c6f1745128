#include "server/http/client.hpp"

#include "server/http/client_url.hpp"
#include "tests/unit/http/server_fixture.hpp"

#include <boost/asio/error.hpp>

#include <thread>

namespace hotline::http {
namespace {

class Client : public ServerTest {
 protected:
  HttpClient make(ClientOptions options = {}) {
    return *HttpClient::create("http://127.0.0.1:" + std::to_string(address_.port), std::move(options));
  }
};

TEST_F(Client, SendsAndKeepsTheConnection) {
  start();
  HttpClient client = make();
  for (int i = 0; i < 3; ++i) {
    const auto response = client.send("POST", "/echo", {{"X-A", "b"}}, as_bytes("abc"));
    ASSERT_TRUE(response) << response.error();
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body.reveal_text(), "abc");
    EXPECT_EQ(response->header("content-length"), "3");
    EXPECT_EQ(server_->connections(), 1U);
  }
  const auto head = client.send("HEAD", "/");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->header("content-length"), "10240");
  EXPECT_TRUE(head->body.empty());
  EXPECT_EQ(client.send("GET", "/nothing")->status, 204);
  EXPECT_EQ(client.send("GET", "/none")->status, 404);
}

TEST_F(Client, ConnectsAgainAfterTheServerClosed) {
  Limits limits;
  limits.idle_deadline = std::chrono::milliseconds(50);
  start(limits);
  HttpClient client = make();
  for (int i = 0; i < 3; ++i) {
    const auto response = client.send("POST", "/echo", {}, as_bytes("abc"));
    ASSERT_TRUE(response) << response.error();
    while (server_->connections() > 0) std::this_thread::yield();
  }
}

TEST_F(Client, GivesLargeAnswersToASink) {
  start();
  HttpClient client = make();
  std::size_t size = 0;
  const auto response = client.send("GET", "/source", {}, {}, [&](Bytes piece) -> Result<void> {
    size += piece.size();
    return {};
  });
  ASSERT_TRUE(response);
  EXPECT_EQ(size, 300000U);
  EXPECT_TRUE(response->body.empty());
  const auto stopped = client.send("GET", "/source", {}, {}, [](Bytes) -> Result<void> { return Errc::storage_full; });
  EXPECT_EQ(stopped.error(), make_error_code(Errc::storage_full));
  EXPECT_EQ(client.send("GET", "/hello")->body.reveal_text(), "hello");
}

TEST_F(Client, HoldsItsLimitsFromBothSides) {
  start();
  EXPECT_TRUE(make({.body_bytes_max = 300000}).send("GET", "/source"));
  EXPECT_EQ(make({.body_bytes_max = 299999}).send("GET", "/source").error(), make_error_code(Errc::too_large));
  EXPECT_EQ(make({.header_bytes_max = 100}).send("GET", "/hello").error(), make_error_code(Errc::too_large));
}

TEST_F(Client, SeesACutAnswer) {
  start();
  EXPECT_EQ(make().send("GET", "/cut").error(), make_error_code(Errc::closed));
}

TEST_F(Client, SeesTheRefusalOfALargeBody) {
  start();
  const std::string large(3000000, 'a');
  HttpClient client = make();
  const auto response = client.send("POST", "/echo", {}, as_bytes(large));
  ASSERT_TRUE(response) << response.error();
  EXPECT_EQ(response->status, 413);
  EXPECT_EQ(client.send("GET", "/hello")->status, 200);
}

TEST_F(Client, GivesUpOnASilentServer) {
  start();
  HttpClient client = make({.silence_max = std::chrono::milliseconds(100)});
  EXPECT_EQ(client.send("GET", "/wait").error(), make_error_code(Errc::timed_out));
  EXPECT_EQ(client.send("GET", "/hello")->status, 200);
  gate_.open();
}

TEST_F(Client, SpeaksOverUnixSockets) {
  const std::string url = "unix:" + (folder() / "s.sock").string();
  start({}, {}, url);
  auto client = HttpClient::create(url);
  ASSERT_TRUE(client);
  EXPECT_EQ(client->send("GET", "/hello")->body.reveal_text(), "hello");
}

TEST_F(Client, SaysWhenNobodyIsThere) {
  start();
  const std::string url = "http://127.0.0.1:" + std::to_string(address_.port);
  server_->stop();
  auto client = HttpClient::create(url);
  const auto refused = client->send("GET", "/");
  ASSERT_FALSE(refused);
  EXPECT_EQ(explain_client_error(url, refused.error()).line, "the server at " + url + " is not there; check the address and that it runs");
}

TEST_F(Client, SendsNothingThatWouldBreakTheRequest) {
  start();
  HttpClient client = make();
  EXPECT_EQ(client.send("GET", "/a b").error(), make_error_code(Errc::malformed));
  EXPECT_EQ(client.send("GET", "/\r\nX: y").error(), make_error_code(Errc::malformed));
  EXPECT_EQ(client.send("GET", "/", {{"X", "a\r\nY: z"}}).error(), make_error_code(Errc::malformed));
}

TEST(ClientUrl, ReadsAddresses) {
  const auto plain = parse_client_url("http://example.org");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "example.org");
  EXPECT_EQ(plain->port, "80");
  EXPECT_FALSE(plain->tls);
  const auto six = parse_client_url("https://[::1]:8443/");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->host, "::1");
  EXPECT_EQ(six->port, "8443");
  EXPECT_EQ(six->host_header, "[::1]:8443");
  EXPECT_TRUE(six->tls);
  EXPECT_EQ(parse_client_url("https://a")->port, "443");
  EXPECT_EQ(parse_client_url("unix:/run/x.sock")->socket_path, "/run/x.sock");
  for (const char* bad : {"", "a", "ftp://a", "http://", "http://a/b", "http://a b", "unix:x", "http://u@a", "http://a:99999", "//a"}) {
    EXPECT_FALSE(parse_client_url(bad)) << bad;
  }
}

}  // namespace
}  // namespace hotline::http
