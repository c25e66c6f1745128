#include "server/http/client.hpp"

#include "server/http/client_url.hpp"
#include "tests/unit/http/server_fixture.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <functional>
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
  limits.idle_deadline = std::chrono::milliseconds(500);
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

/// Listens on a port of its own; each connection is served by `serve` on one thread.
class BareServer {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  explicit BareServer(std::function<void(Socket&)> serve) : serve_(std::move(serve)) {
    thread_ = std::thread([this] {
      for (;;) {
        boost::system::error_code error;
        Socket socket(context_);
        acceptor_.accept(socket, error);
        if (error || stopped_) return;
        serve_(socket);
      }
    });
  }
  ~BareServer() {
    stopped_ = true;
    boost::system::error_code ignored;
    Socket knock(context_);
    knock.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }
  static bool read_head(Socket& socket) {
    boost::system::error_code error;
    std::string head;
    boost::asio::read_until(socket, boost::asio::dynamic_buffer(head), "\r\n\r\n", error);
    return !error;
  }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_{context_, {boost::asio::ip::make_address("127.0.0.1"), 0}};
  std::function<void(Socket&)> serve_;
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

/// Answers without an end, as long as somebody reads.
class DrippingServer : public BareServer {
 public:
  DrippingServer() : BareServer([](Socket& socket) {
    boost::system::error_code error;
    for (read_head(socket); !error;) {
      boost::asio::write(socket, boost::asio::buffer(std::string("HTTP/1.1 100 Continue\r\n\r\n")), error);
    }
  }) {}
};

/// Answers the first request of each connection; who uses the line again is hung up on after being read. So is every second connection.
class HangingUpServer : public BareServer {
 public:
  HangingUpServer() : BareServer([this](Socket& socket) {
    boost::system::error_code error;
    while (read_head(socket)) {
      if (++requests_ % 2 == 0) return;
      boost::asio::write(socket, boost::asio::buffer(std::string("HTTP/1.1 204 No Content\r\n\r\n")), error);
    }
  }) {}
  int requests() const { return requests_; }

 private:
  std::atomic<int> requests_{0};
};

TEST_F(Client, HoldsItsLimitsFromBothSides) {
  start();
  EXPECT_TRUE(make({.body_bytes_max = 300000}).send("GET", "/source"));
  EXPECT_EQ(make({.body_bytes_max = 299999}).send("GET", "/source").error(), make_error_code(Errc::too_large));
  EXPECT_EQ(make({.header_bytes_max = 100}).send("GET", "/hello").error(), make_error_code(Errc::too_large));
}

TEST_F(Client, GivesASinkMoreThanItWouldKeepWhereToldTo) {
  start();
  std::size_t size = 0;
  const HttpClient::BodySink sink = [&](Bytes piece) -> Result<void> {
    size += piece.size();
    return {};
  };
  EXPECT_EQ(make({.body_bytes_max = 299999}).send("GET", "/source", {}, {}, sink).error(), make_error_code(Errc::too_large));
  size = 0;
  HttpClient unbounded = make({.body_bytes_max = 299999, .bounds_sink = false});
  EXPECT_TRUE(unbounded.send("GET", "/source", {}, {}, sink));
  EXPECT_EQ(size, 300000U);
  EXPECT_EQ(unbounded.send("GET", "/source").error(), make_error_code(Errc::too_large));
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
  HttpClient client = make({.silence_max = std::chrono::seconds(1)});
  EXPECT_EQ(client.send("GET", "/wait").error(), make_error_code(Errc::timed_out));
  EXPECT_EQ(client.send("GET", "/hello")->status, 200);
  gate_.open();
}

TEST_F(Client, GivesUpOnWhoDrips) {
  const DrippingServer drips;
  auto client = HttpClient::create(drips.url(), {.silence_max = std::chrono::seconds(30), .total_max = std::chrono::seconds(1)});
  ASSERT_TRUE(client);
  EXPECT_EQ(client->send("GET", "/").error(), make_error_code(Errc::timed_out));
  EXPECT_TRUE(client->began_sending());
}

TEST_F(Client, MakesNoRequestTwiceWithoutKeepAlive) {
  HangingUpServer server;
  auto client = HttpClient::create(server.url(), {.keep_alive = false});
  ASSERT_TRUE(client);
  EXPECT_EQ(client->send("GET", "/one")->status, 204);
  EXPECT_EQ(client->send("GET", "/two").error(), make_error_code(Errc::closed));
  EXPECT_EQ(server.requests(), 2) << "the second was read, and may have been heeded";
  EXPECT_EQ(client->send("GET", "/a b").error(), make_error_code(Errc::malformed));
  EXPECT_FALSE(client->began_sending());
}

TEST_F(Client, ConnectsToPublicAddressesAloneWhenToldTo) {
  start();
  EXPECT_EQ(make({.public_only = true}).send("GET", "/hello").error(), make_error_code(Errc::forbidden));
  const std::string by_name = "http://localhost:" + std::to_string(address_.port);
  EXPECT_EQ(HttpClient::create(by_name, {.public_only = true})->send("GET", "/hello").error(), make_error_code(Errc::forbidden));
  EXPECT_EQ(server_->connections(), 0U);
  EXPECT_EQ(make().send("GET", "/hello")->status, 200);
}

TEST_F(Client, ConnectsToThisMachineAloneWhenToldTo) {
  start();
  // Which is this machine too, but not by its address: as a name that somebody else answers for.
  const std::string elsewhere = "http://0.0.0.0:" + std::to_string(address_.port);
  EXPECT_EQ(HttpClient::create(elsewhere, {.loopback_only = true})->send("GET", "/hello").error(), make_error_code(Errc::forbidden));
  EXPECT_EQ(server_->connections(), 0U);
  EXPECT_EQ(HttpClient::create(elsewhere)->send("GET", "/hello")->status, 200);
  EXPECT_EQ(make({.loopback_only = true}).send("GET", "/hello")->status, 200);
}

TEST_F(Client, EndsWhatIsUnderWayWhenToldTo) {
  start();
  std::stop_source stop;
  HttpClient client = make({.stop = stop.get_token()});
  EXPECT_EQ(client.send("GET", "/hello")->status, 200);
  std::thread stopper([&] {
    while (server_->connections() == 0) std::this_thread::yield();
    stop.request_stop();
  });
  EXPECT_FALSE(client.send("GET", "/wait"));
  stopper.join();
  EXPECT_FALSE(client.send("GET", "/hello"));
  gate_.open();
}

TEST_F(Client, SpeaksOverUnixSockets) {
  const std::string url = "unix:" + (folder() / "s.sock").string();
  start({}, {}, url);
  auto client = HttpClient::create(url);
  ASSERT_TRUE(client);
  EXPECT_EQ(client->send("GET", "/hello")->body.reveal_text(), "hello");
}

/// While it lives, no file and no connection can be opened.
class NoDescriptorLeft {
 public:
  NoDescriptorLeft() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::dup(STDERR_FILENO);
    ::close(next);
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(next);
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptorLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptorLeft(const NoDescriptorLeft&) = delete;
  NoDescriptorLeft& operator=(const NoDescriptorLeft&) = delete;

 private:
  rlimit before_{};
};

TEST_F(Client, WithoutADescriptorItFailsAndSendsLater) {
#ifdef HOTLINE_SANITIZED
  GTEST_SKIP() << "the sanitizer looks at memory through a pipe of its own, and takes what it cannot look at for broken";
#endif
  start();
  HttpClient client = make();
  {
    const NoDescriptorLeft none;
    const auto failed = client.send("POST", "/echo", {}, as_bytes("abc"));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error(), boost::system::errc::too_many_files_open);
    EXPECT_FALSE(client.began_sending()) << "nothing of it can have arrived";
  }
  EXPECT_EQ(client.send("POST", "/echo", {}, as_bytes("abc"))->status, 200);
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
