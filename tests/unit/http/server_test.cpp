#include "tests/unit/http/server_fixture.hpp"

namespace hotline::http {
namespace {

class Server : public ServerTest {};

TEST_F(Server, AnswersWithItsHeaders) {
  start();
  const RawResponse response = get("/");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, std::string(10240, 'x'));
  EXPECT_TRUE(has_security_headers(response));
  EXPECT_EQ(response.headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(response.headers.at("cache-control"), "no-store");
  EXPECT_EQ(response.headers.at("content-security-policy"), HeaderProfile{}.content_security_policy);
  EXPECT_FALSE(response.headers.contains("strict-transport-security"));
  EXPECT_FALSE(response.headers.contains("onion-location"));
}

TEST_F(Server, AnAnswersOwnCachingAndPolicyReplaceTheListeners) {
  start();
  const RawResponse response = get("/own");
  EXPECT_EQ(response.headers.at("cache-control"), "public, max-age=60");
  EXPECT_EQ(response.headers.at("content-security-policy"), "default-src 'self'");
  EXPECT_TRUE(has_security_headers(response));
}

TEST_F(Server, TheListenersProfileCounts) {
  HeaderProfile profile;
  profile.content_security_policy = "default-src 'none'";
  profile.hsts = true;
  profile.onion_location = "http://abc.onion";
  start({}, profile);
  const RawResponse page = get("/");
  EXPECT_EQ(page.headers.at("content-security-policy"), "default-src 'none'");
  EXPECT_EQ(page.headers.at("strict-transport-security"), "max-age=63072000; includeSubDomains");
  EXPECT_EQ(page.headers.at("onion-location"), "http://abc.onion/");
  EXPECT_FALSE(get("/hello").headers.contains("onion-location"));
}

TEST_F(Server, KeepsTheConnection) {
  start();
  RawClient client = connect();
  for (int i = 0; i < 5; ++i) {
    client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto response = client.receive();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, "hello");
    EXPECT_FALSE(response->headers.contains("connection"));
  }
}

TEST_F(Server, Http10ClosesUnlessAskedNotTo) {
  start();
  RawClient client = connect();
  client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(client.receive()->headers.at("connection"), "keep-alive");
  client.send("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.receive()->headers.at("connection"), "close");
  EXPECT_TRUE(client.ended());
}

TEST_F(Server, PipelinedRequestsAreAnsweredInTurn) {
  start();
  RawClient client = connect();
  client.send(
      "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
      "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1;x=y\r\nf\r\n0\r\n\r\n"
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
      "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.receive()->body, "hello");
  EXPECT_EQ(client.receive()->body, "abc");
  EXPECT_EQ(client.receive(true)->headers.at("content-length"), "10240");
  EXPECT_EQ(client.receive()->body, "def");
  EXPECT_EQ(client.receive()->body, "");
  EXPECT_EQ(client.receive()->body, "hello");
  EXPECT_TRUE(client.ended());
  EXPECT_EQ(smuggled_, 0);
}

TEST_F(Server, EverySplitOfARequestGivesTheSame) {
  start();
  const std::string text = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n";
  for (std::size_t cut = 1; cut < text.size(); ++cut) {
    RawClient client = connect();
    client.send(std::string_view(text).substr(0, cut));
    client.send(std::string_view(text).substr(cut));
    const auto response = client.receive();
    ASSERT_TRUE(response) << cut;
    EXPECT_EQ(response->body, "def") << cut;
  }
}

TEST_F(Server, HeadHasNoBody) {
  start();
  RawClient client = connect();
  for (const char* path : {"/", "/source", "/none", "/throw"}) {
    client.send("HEAD " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(client.receive(true)) << path;
  }
  client.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.receive()->body, "hello");
}

TEST_F(Server, NoContentHasNeitherBodyNorLength) {
  start();
  const RawResponse response = get("/nothing");
  EXPECT_EQ(response.status, 204);
  EXPECT_FALSE(response.headers.contains("content-length"));
  EXPECT_TRUE(has_security_headers(response));
}

TEST_F(Server, NamesTheMethodsThatAreAllowed) {
  start();
  RawClient client = connect();
  client.send("DELETE / HTTP/1.1\r\nHost: a\r\n\r\nGET /none HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto refused = client.receive();
  EXPECT_EQ(refused->status, 405);
  EXPECT_EQ(refused->headers.at("allow"), "GET, HEAD");
  EXPECT_EQ(client.receive()->status, 404);
}

TEST_F(Server, AFailingHandlerIs503AndSaysNothing) {
  start();
  const RawResponse response = get("/throw");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, "error 500\n") << "what it did before is not known";
  EXPECT_EQ(response.headers.at("retry-after"), "5");
  EXPECT_EQ(get("/hello").status, 200);
}

TEST_F(Server, AHeaderCannotBeInjected) {
  start();
  const RawResponse response = get("/inject");
  EXPECT_EQ(response.status, 503);
  EXPECT_FALSE(response.headers.contains("set-cookie"));
  EXPECT_FALSE(response.headers.contains("location"));
}

TEST_F(Server, ProducedBodiesAreWholeOrEndTheConnection) {
  start();
  EXPECT_EQ(get("/source").body, std::string(300000, 'p'));
  RawClient client = connect();
  client.send("GET /cut HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_FALSE(client.receive());
}

TEST_F(Server, BodiesUpToTheLimitAreTaken) {
  start();
  const std::string thousand(1000, 'b');
  RawClient client = connect();
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + thousand);
  EXPECT_EQ(client.receive()->body, thousand);
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" + thousand + "\r\n0\r\n\r\n");
  EXPECT_EQ(client.receive()->body, thousand);
}

TEST_F(Server, LargeBodiesComeInPieces) {
  start();
  const std::string large(5000000, 'b');
  RawClient client = connect();
  client.send("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n" + large);
  EXPECT_EQ(client.receive()->body, "5000000");
  client.send("POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4c4b40\r\n" + large + "\r\n0\r\n\r\n");
  EXPECT_EQ(client.receive()->body, "5000000");
}

TEST_F(Server, ASenderWhoPaysNoAttentionStillSeesTheRefusal) {
  start();
  const std::string large(5000000, 'b');
  for (const char* framing : {"Content-Length: 5000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n4c4b40\r\n"}) {
    RawClient client = connect();
    // All of it is taken off the wire: a connection closed with unread bytes would be reset, and the answer lost.
    EXPECT_TRUE(client.send("POST /echo HTTP/1.1\r\nHost: a\r\n" + std::string(framing) + large));
    const auto response = client.receive();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 413);
    EXPECT_EQ(response->headers.at("connection"), "close");
    client.end_sending();
    EXPECT_TRUE(client.ended());
  }
}

TEST_F(Server, ABodyThatNoHandlerReadIsStillReadToItsEnd) {
  start();
  RawClient client = connect();
  client.send("POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 37\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n  GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.receive()->body, "ignored");
  EXPECT_EQ(client.receive()->body, "hello");
  EXPECT_EQ(smuggled_, 0);
}

TEST_F(Server, ARefusedBodyIsNeverARequest) {
  start();
  for (const char* path : {"/deny", "/none", "/hello"}) {
    RawClient client = connect();
    client.send("POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 36\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n ");
    EXPECT_GE(client.receive()->status, 400);
    client.end_sending();
    EXPECT_TRUE(client.ended());
  }
  EXPECT_EQ(smuggled_, 0);
}

TEST_F(Server, ContinueIsSaidOnlyWhenTheBodyIsWanted) {
  start();
  RawClient client = connect();
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(client.receive()->status, 100);
  client.send("abc");
  EXPECT_EQ(client.receive()->body, "abc");

  RawClient large = connect();
  large.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_EQ(large.receive()->status, 413);
  large.end_sending();
  EXPECT_TRUE(large.ended());

  RawClient denied = connect();
  denied.send("POST /deny HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(denied.receive()->status, 403);
  denied.end_sending();
  EXPECT_TRUE(denied.ended());
}

TEST_F(Server, HeadersUpToTheLimitAreTaken) {
  Limits limits;
  limits.header_bytes_max = 4096;
  limits.header_fields_max = 10;
  start(limits);
  const std::string begin = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
  const auto status = [&](const std::string& fields) {
    RawClient client = connect();
    client.send(begin + fields + "\r\n");
    client.end_sending();
    return client.receive()->status;
  };
  const std::size_t room = 4096 - begin.size() - 2;
  EXPECT_EQ(status("X: " + std::string(room - 5, 'a') + "\r\n"), 200);
  EXPECT_EQ(status("X: " + std::string(room - 4, 'a') + "\r\n"), 431);
  std::string eight;
  for (int i = 0; i < 8; ++i) eight += "X: y\r\n";
  EXPECT_EQ(status(eight), 200);
  EXPECT_EQ(status(eight + "X: y\r\n"), 431);
}

TEST_F(Server, ChunkExtensionsUpToTheLimitAreIgnored) {
  Limits limits;
  limits.chunk_extension_bytes_max = 8;
  start(limits);
  const auto status = [&](const std::string& body) {
    RawClient client = connect();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
    client.end_sending();
    return client.receive()->status;
  };
  EXPECT_EQ(status("1;a=b\r\nx\r\n1;c=d\r\ny\r\n0\r\n\r\n"), 200);
  EXPECT_EQ(status("1;a=b\r\nx\r\n1;c=de\r\ny\r\n0\r\n\r\n"), 400);
}

TEST_F(Server, ServesUnixSockets) {
  const std::string path = (folder() / "s.sock").string();
  start({}, {}, "unix:" + path);
  EXPECT_EQ(std::filesystem::status(path).permissions(), static_cast<std::filesystem::perms>(0660));
  EXPECT_EQ(get("/hello").body, "hello");
  server_->stop();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(Server, ServesSixToo) {
  start({}, {}, "[::1]:0");
  EXPECT_NE(address_.port, 0);
  EXPECT_EQ(get("/hello").body, "hello");
}

TEST_F(Server, ReplacesAStaleSocketOnly) {
  const std::filesystem::path path = folder() / "s.sock";
  start({}, {}, "unix:" + path.string());
  HttpServer second(*pool_, {}, router_);
  const auto taken = second.listen(address_);
  ASSERT_FALSE(taken);
  EXPECT_NE(taken.error().line.find("another program listens there"), std::string::npos) << taken.error().line;
  EXPECT_EQ(get("/hello").body, "hello");

  const std::filesystem::path stale = folder() / "stale.sock";
  std::filesystem::create_hard_link(path, stale);
  server_->stop();
  ASSERT_TRUE(std::filesystem::exists(stale));
  ListenAddress address;
  address.socket_path = stale;
  EXPECT_TRUE(second.listen(address));
  second.stop();

  const std::filesystem::path file = folder() / "file";
  std::filesystem::create_directory(file);
  address.socket_path = file;
  HttpServer third(*pool_, {}, router_);
  EXPECT_NE(third.listen(address).error().line.find("not a socket"), std::string::npos);
}

TEST_F(Server, SaysWhyItCannotListen) {
  start();
  HttpServer second(*pool_, {}, router_);
  const auto taken = second.listen(address_);
  ASSERT_FALSE(taken);
  EXPECT_NE(taken.error().line.find("another program listens there"), std::string::npos);
  const auto foreign = second.listen(*parse_listen_address("192.0.2.1:0", "/"));
  ASSERT_FALSE(foreign);
  EXPECT_NE(foreign.error().line.find("does not have that address"), std::string::npos);
}

TEST_F(Server, ServesSeveralAddressesAtOnce) {
  start();
  const ListenAddress first = address_;
  address_ = *server_->listen(*parse_listen_address("127.0.0.1:0", "/"));
  EXPECT_NE(address_.port, first.port);
  EXPECT_EQ(get("/hello").body, "hello");
  address_ = first;
  EXPECT_EQ(get("/hello").body, "hello");
}

}  // namespace
}  // namespace hotline::http
