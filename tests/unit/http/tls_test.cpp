#include "server/http/client.hpp"
#include "tests/unit/http/certificate.hpp"
#include "tests/unit/http/server_fixture.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <fstream>

namespace hotline::http {
namespace {

/// A TLS client that shows what the handshake gave.
class TlsClient {
 public:
  TlsClient(const ListenAddress& address, int version_max) : raw_(address), context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
    SSL_CTX_set_max_proto_version(context_.get(), version_max);
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT);
    SSL_CTX_sess_set_new_cb(context_.get(), [](SSL* ssl, SSL_SESSION*) {
      ++*static_cast<int*>(SSL_get_app_data(ssl));
      return 0;
    });
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_app_data(ssl_.get(), &tickets_);
    SSL_set_fd(ssl_.get(), raw_.descriptor());
    connected_ = SSL_connect(ssl_.get()) == 1;
    ERR_clear_error();
  }
  bool connected() const { return connected_; }
  int tickets() const { return tickets_; }
  std::string version() const { return SSL_get_version(ssl_.get()); }
  std::string subject() const {
    const std::unique_ptr<X509, void (*)(X509*)> certificate(SSL_get1_peer_certificate(ssl_.get()), X509_free);
    char name[100] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name, sizeof(name));
    return name;
  }
  std::string ask(const std::string& request, std::size_t at_least) {
    SSL_write(ssl_.get(), request.data(), static_cast<int>(request.size()));
    std::string answer;
    char piece[20000];
    while (answer.size() < at_least) {
      const int got = SSL_read(ssl_.get(), piece, sizeof(piece));
      if (got <= 0) break;
      answer.append(piece, static_cast<std::size_t>(got));
    }
    return answer;
  }
  /// Whether the other side ends with close_notify.
  bool closed_properly() {
    char byte = 0;
    const int got = SSL_read(ssl_.get(), &byte, 1);
    return got <= 0 && SSL_get_error(ssl_.get(), got) == SSL_ERROR_ZERO_RETURN;
  }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  RawClient raw_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::unique_ptr<SSL, Free> ssl_;
  int tickets_ = 0;
  bool connected_ = false;
};

class Tls : public ServerTest {
 protected:
  Tls() : certificate_(folder() / "cert.pem"), key_(folder() / "key.pem") {
    write_certificate(certificate_, key_, "first");
    tls_ = *TlsContext::create(certificate_, key_);
  }
  std::filesystem::path certificate_;
  std::filesystem::path key_;
  std::shared_ptr<TlsContext> tls_;
};

const std::string hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_F(Tls, ServesVersion13Only) {
  start({}, {}, "127.0.0.1:0", tls_);
  TlsClient client(address_, TLS1_3_VERSION);
  ASSERT_TRUE(client.connected());
  EXPECT_EQ(client.version(), "TLSv1.3");
  EXPECT_FALSE(TlsClient(address_, TLS1_2_VERSION).connected());
}

TEST_F(Tls, GivesNoTickets) {
  start({}, {}, "127.0.0.1:0", tls_);
  TlsClient client(address_, TLS1_3_VERSION);
  ASSERT_TRUE(client.connected());
  const std::string answer = client.ask(hello, 1);
  EXPECT_NE(answer.find("HTTP/1.1 200"), std::string::npos);
  EXPECT_NE(answer.find("Strict-Transport-Security"), std::string::npos);
  // Tickets would stand before the answer.
  EXPECT_EQ(client.tickets(), 0);
}

TEST_F(Tls, EndsWithItsOwnFarewell) {
  start({}, {}, "127.0.0.1:0", tls_);
  TlsClient client(address_, TLS1_3_VERSION);
  const std::string request = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  const std::string answer = client.ask(request, 1 << 20);
  EXPECT_TRUE(answer.ends_with("hello"));
  EXPECT_TRUE(client.closed_properly());
}

TEST_F(Tls, CarriesLargeBodiesBothWays) {
  start({}, {}, "127.0.0.1:0", tls_);
  auto client = HttpClient::create("https://localhost:" + std::to_string(address_.port), {.ca_file = certificate_});
  ASSERT_TRUE(client);
  const std::string large(5000000, 'b');
  const auto counted = client->send("POST", "/count", {}, as_bytes(large));
  ASSERT_TRUE(counted) << counted.error();
  EXPECT_EQ(counted->body.reveal_text(), "5000000");
  const auto source = client->send("GET", "/source");
  ASSERT_TRUE(source);
  EXPECT_EQ(source->body.size(), 300000U);
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(Tls, RefusedSendersSeeWhy) {
  start({}, {}, "127.0.0.1:0", tls_);
  auto client = HttpClient::create("https://127.0.0.1:" + std::to_string(address_.port), {.ca_file = certificate_});
  ASSERT_TRUE(client);
  const std::string large(3000000, 'b');
  const auto refused = client->send("POST", "/echo", {}, as_bytes(large));
  ASSERT_TRUE(refused) << refused.error();
  EXPECT_EQ(refused->status, 413);
}

TEST_F(Tls, ReloadsWithoutLosingConnections) {
  start({}, {}, "127.0.0.1:0", tls_);
  TlsClient before(address_, TLS1_3_VERSION);
  EXPECT_EQ(before.subject(), "first");
  write_certificate(certificate_, key_, "second");
  ASSERT_TRUE(tls_->reload());
  TlsClient after(address_, TLS1_3_VERSION);
  EXPECT_EQ(after.subject(), "second");
  EXPECT_NE(before.ask(hello, 1).find("200 OK"), std::string::npos);
}

TEST_F(Tls, ABrokenFileKeepsTheOldCertificate) {
  start({}, {}, "127.0.0.1:0", tls_);
  std::ofstream(certificate_) << "nonsense";
  const auto broken = tls_->reload();
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().line.find("no PEM certificate"), std::string::npos) << broken.error().line;
  EXPECT_NE(broken.error().line.find("stays in use"), std::string::npos);
  EXPECT_EQ(TlsClient(address_, TLS1_3_VERSION).subject(), "first");
}

TEST_F(Tls, SaysWhatIsWrongWithTheFiles) {
  const auto line = [&] { return TlsContext::create(certificate_, key_).error().line; };
  std::filesystem::permissions(key_, static_cast<std::filesystem::perms>(0644));
  EXPECT_NE(line().find("chmod 640"), std::string::npos);
  write_certificate(folder() / "other.pem", key_, "other");
  EXPECT_NE(line().find("fits the certificate"), std::string::npos) << line();
  std::filesystem::remove(key_);
  EXPECT_NE(line().find("cannot be read"), std::string::npos);
}

TEST_F(Tls, PlainHttpOnItEndsTheConnection) {
  start({}, {}, "127.0.0.1:0", tls_);
  RawClient client = connect();
  client.send(hello);
  EXPECT_EQ(client.receive_all().find("HTTP"), std::string::npos);
  EXPECT_TRUE(TlsClient(address_, TLS1_3_VERSION).connected());
}

TEST_F(Tls, AHandshakeThatDoesNotComeIsGivenUp) {
  Limits limits;
  limits.header_deadline = std::chrono::milliseconds(100);
  start(limits, {}, "127.0.0.1:0", tls_);
  RawClient client = connect();
  EXPECT_TRUE(client.ended());
}

TEST_F(Tls, TheClientVerifiesTheCertificate) {
  start({}, {}, "127.0.0.1:0", tls_);
  const std::string port = std::to_string(address_.port);
  auto unknown = HttpClient::create("https://127.0.0.1:" + port);
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->send("GET", "/hello").error(), make_error_code(Errc::authentication_failed));
  // Trusted, but made for other names than the one asked for.
  write_certificate(folder() / "foreign.pem", folder() / "foreign.key", "foreign");
  auto other = HttpClient::create("https://127.0.0.1:" + port, {.ca_file = folder() / "foreign.pem"});
  EXPECT_EQ(other->send("GET", "/hello").error(), make_error_code(Errc::authentication_failed));
  auto by_address = HttpClient::create("https://127.0.0.1:" + port, {.ca_file = certificate_});
  EXPECT_EQ(by_address->send("GET", "/hello")->status, 200);
}

}  // namespace
}  // namespace hotline::http
