// Sends the requests of one path over connections that stay open, one at a time on each, and counts right answers only:
//   bench_load PATH --port PORT --requests N [--seconds S] [--connections 64] [--pid PID] [--sms-url URL] [--sms-token TOKEN]
// PATH is page, health, sealed, form, or the texts of a gateway: sms (Twilio), telnyx, android, repeated (one of Twilio's, always
// again). They go to /sms/demo, /sms/telnyx and /sms/android. For telnyx the token is the private key, in base64. Prints one JSON object. With --pid it also says what the server used meanwhile.

#include "tests/bench/percentiles.hpp"
#include "tests/bench/process_meter.hpp"
#include "tests/bench/requests.hpp"

#include "crypto/secret.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>

#include <CLI/CLI.hpp>

#include <array>
#include <charconv>
#include <iostream>
#include <map>
#include <string>
#include <vector>

namespace hotline::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct Options {
  std::string path;
  std::uint16_t port = 0;
  std::size_t requests = 1000;
  double seconds = 60;
  std::size_t connections = 64;
  pid_t process = 0;
  std::string sms_url;
  std::string sms_token;
};

/// Size of the answer at the front of `received`, and what it says. Zero while it is not whole.
struct Answer {
  std::size_t bytes = 0;
  int status = 0;
  std::string_view body;
};
Answer read_answer(std::string_view received) {
  constexpr std::string_view length_name = "\r\nContent-Length: ";
  const std::size_t end = received.find("\r\n\r\n");
  if (end == received.npos) return {};
  const std::string_view head = received.substr(0, end);
  const std::size_t name = head.find(length_name);
  std::size_t length = 0;
  int status = 0;
  std::from_chars(head.data() + 9, head.data() + std::min<std::size_t>(12, head.size()), status);
  if (name != head.npos) std::from_chars(head.data() + name + length_name.size(), head.data() + head.size(), length);
  const std::size_t whole = end + 4 + length;
  if (received.size() < whole) return {};
  return {whole, status, received.substr(end + 4, length)};
}

/// One request and its answer, before the load.
std::string fetch(const tcp::endpoint& server, const std::string& path) {
  asio::io_context context;
  tcp::socket socket(context);
  socket.connect(server);
  asio::write(socket, asio::buffer("GET " + path + " HTTP/1.1\r\nHost: bench.invalid\r\nConnection: close\r\n\r\n"));
  std::string received;
  error_code ended;
  asio::read(socket, asio::dynamic_buffer(received), ended);
  const Answer answer = read_answer(received);
  if (answer.status != 200) throw std::runtime_error("GET " + path + " was not answered with 200");
  return std::string(answer.body);
}

class Load {
 public:
  Load(const Options& options, const Requests& requests, const tcp::endpoint& server)
      : options_(options), requests_(requests), meter_(options.process), sampling_(context_) {
    times_.reserve(options.requests);
    for (std::size_t i = 0; i < options.connections; ++i) {
      auto& connection = connections_.emplace_back(std::make_unique<Connection>(context_));
      connection->socket.connect(server);
      connection->socket.set_option(tcp::no_delay(true));
      connection->socket.non_blocking(true);
    }
  }

  boost::json::object run() {
    const double processor_before = meter_.processor_seconds();
    const std::uint64_t written_before = meter_.written_bytes();
    const double own_before = ProcessMeter(::getpid()).processor_seconds();
    begin_ = Time::now();
    end_ = begin_ + std::chrono::duration_cast<Time::duration>(std::chrono::duration<double>(options_.seconds));
    for (const auto& connection : connections_) next(*connection);
    sample();
    context_.run();
    const double seconds = milliseconds(last_ - begin_) / 1000;
    const double right = static_cast<double>(times_.count());

    boost::json::object result{{"path", options_.path},
                               {"connections", options_.connections},
                               {"seconds", seconds},
                               {"right", times_.count()},
                               {"per_second", right / seconds},
                               {"p50_ms", times_.percentile(50)},
                               {"p99_ms", times_.percentile(99)},
                               {"max_ms", times_.percentile(100)},
                               {"generator_cpu_us", (ProcessMeter(::getpid()).processor_seconds() - own_before) * 1e6 / right}};
    boost::json::object wrong;
    for (const auto& [what, count] : wrong_) wrong[what] = count;
    result["errors"] = std::move(wrong);
    if (options_.process != 0) {
      result["server_cpu_us"] = (meter_.processor_seconds() - processor_before) * 1e6 / right;
      result["written_bytes"] = static_cast<double>(meter_.written_bytes() - written_before) / right;
      result["resident_kib_max"] = resident_kib_max_;
    }
    return result;
  }

 private:
  struct Connection {
    explicit Connection(asio::io_context& context) : socket(context), received(128 * 1024) {}
    tcp::socket socket;
    std::string scratch;
    std::string_view unsent;
    std::vector<char> received;
    std::size_t received_bytes = 0;
    Time::time_point begin;
  };

  void next(Connection& connection) {
    const auto now = Time::now();
    if (sent_ == options_.requests || now > end_) return done(connection);
    connection.unsent = requests_.request(sent_++, connection.scratch);
    connection.received_bytes = 0;
    connection.begin = Time::now();
    send(connection);
  }

  void send(Connection& connection) {
    error_code error;
    const std::size_t sent = connection.socket.write_some(asio::buffer(connection.unsent), error);
    if (error && error != asio::error::would_block) return fail(connection, "connection lost");
    connection.unsent.remove_prefix(error ? 0 : sent);
    const bool more = !connection.unsent.empty();
    connection.socket.async_wait(more ? tcp::socket::wait_write : tcp::socket::wait_read, [this, &connection, more](error_code failed) {
      if (failed) return fail(connection, "connection lost");
      more ? send(connection) : receive(connection);
    });
  }

  void receive(Connection& connection) {
    const auto room = asio::buffer(connection.received) + connection.received_bytes;
    error_code error;
    const std::size_t size = connection.socket.read_some(room, error);
    if (error && error != asio::error::would_block) return fail(connection, "connection lost");
    connection.received_bytes += error ? 0 : size;
    const Answer answer = read_answer({connection.received.data(), connection.received_bytes});
    if (answer.bytes == 0) {
      return connection.socket.async_wait(tcp::socket::wait_read, [this, &connection](error_code failed) {
        if (failed) return fail(connection, "connection lost");
        receive(connection);
      });
    }
    last_ = Time::now();
    if (answer.bytes == connection.received_bytes && requests_.right(answer.status, answer.body)) {
      times_.add(last_ - connection.begin);
    } else {
      ++wrong_[std::to_string(answer.status)];
    }
    next(connection);
  }

  /// The connection is not made anew: what is lost shows in the count of requests that were never sent.
  void fail(Connection& connection, const char* why) {
    ++wrong_[why];
    last_ = Time::now();
    done(connection);
  }

  void done(Connection& connection) {
    error_code ignored;
    connection.socket.close(ignored);
    if (++done_ == connections_.size()) sampling_.cancel();
  }

  void sample() {
    if (options_.process == 0) return;
    resident_kib_max_ = std::max(resident_kib_max_, meter_.resident_kib());
    if (done_ == connections_.size()) return;
    sampling_.expires_after(std::chrono::milliseconds(50));
    sampling_.async_wait([this](error_code) { sample(); });
  }

  const Options& options_;
  const Requests& requests_;
  asio::io_context context_{1};
  ProcessMeter meter_;
  asio::steady_timer sampling_;
  std::vector<std::unique_ptr<Connection>> connections_;
  Times times_;
  std::map<std::string, std::size_t> wrong_;
  std::size_t sent_ = 0;
  std::size_t done_ = 0;
  std::uint64_t resident_kib_max_ = 0;
  Time::time_point begin_;
  Time::time_point end_;
  Time::time_point last_;
};

std::unique_ptr<Requests> make_requests(const Options& options, const tcp::endpoint& server) {
  constexpr std::size_t sealed_distinct = 2000;
  constexpr std::size_t json_bytes = 1024;
  if (options.path == "page") return page_requests("/en/", fetch(server, "/en/"));
  if (options.path == "health") return health_requests();
  if (options.path == "sms") return sms_requests("/sms/demo", options.sms_url, options.sms_token, options.requests);
  if (options.path == "repeated") return repeated(sms_requests("/sms/demo", options.sms_url, options.sms_token, 1));
  if (options.path == "telnyx") return telnyx_requests("/sms/telnyx", options.sms_token, options.requests);
  if (options.path == "android") return android_requests("/sms/android", options.sms_token, options.requests);
  if (options.path == "form") return form_requests("/en/tell", options.requests);
  const auto desk = boost::json::parse(fetch(server, "/api/v1/desk"));
  const auto recipient = crypto::age::Recipient::parse(std::string_view(desk.at("epoch").at("recipient").as_string()));
  return sealed_requests(recipient.value(), json_bytes, std::min(sealed_distinct, options.requests));
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app{"Sends requests and counts right answers", "bench_load"};
  app.add_option("path", options.path)->required()->check(CLI::IsMember({"page", "health", "sealed", "form", "sms", "telnyx", "android", "repeated"}));
  app.add_option("--port", options.port)->required();
  app.add_option("--requests", options.requests)->check(CLI::PositiveNumber);
  app.add_option("--seconds", options.seconds);
  app.add_option("--connections", options.connections)->check(CLI::PositiveNumber);
  app.add_option("--pid", options.process);
  app.add_option("--sms-url", options.sms_url);
  app.add_option("--sms-token", options.sms_token);
  CLI11_PARSE(app, argc, argv);
  crypto::initialise();
  const tcp::endpoint server(asio::ip::address_v4::loopback(), options.port);
  const auto requests = make_requests(options, server);
  std::cout << boost::json::serialize(Load(options, *requests, server).run()) << "\n";
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) {
  try {
    return hotline::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "bench_load: " << error.what() << "\n";
    return 1;
  }
}
