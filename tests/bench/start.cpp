// Starts a server some times and measures until it answers: bench_start TIMES PROGRAM ARGUMENT…
// The clock runs from fork to the answer 200 of GET /healthz, which a commit stands behind. Prints one JSON object.

#include "tests/bench/percentiles.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <string>

namespace {

using namespace hotline::bench;
namespace asio = boost::asio;

bool answers(std::uint16_t port) {
  asio::io_context context;
  asio::ip::tcp::socket socket(context);
  boost::system::error_code error;
  socket.connect({asio::ip::address_v4::loopback(), port}, error);
  if (error) return false;
  asio::write(socket, asio::buffer(std::string_view("GET /healthz HTTP/1.1\r\nHost: bench.invalid\r\nConnection: close\r\n\r\n")), error);
  std::string answer;
  asio::read(socket, asio::dynamic_buffer(answer), error);
  return answer.starts_with("HTTP/1.1 200 ");
}

/// The port of the line "listening public 127.0.0.1:PORT", or 0 when the program ends before.
std::uint16_t read_port(int from) {
  std::string text;
  std::array<char, 256> piece{};
  for (;;) {
    const auto line = text.find("listening public ");
    if (line != text.npos && text.find('\n', line) != text.npos) {
      return static_cast<std::uint16_t>(std::atoi(text.c_str() + text.rfind(':', text.find('\n', line)) + 1));
    }
    const ssize_t size = ::read(from, piece.data(), piece.size());
    if (size <= 0) return 0;
    text.append(piece.data(), static_cast<std::size_t>(size));
  }
}

Time::duration start_once(char** command) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) throw std::runtime_error("no pipe");
  const auto begin = Time::now();
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(pipe[1], STDOUT_FILENO);
    ::close(pipe[0]);
    ::close(pipe[1]);
    ::execv(command[0], command);
    ::_exit(127);
  }
  ::close(pipe[1]);
  const std::uint16_t port = read_port(pipe[0]);
  const bool up = port != 0 && answers(port);
  const auto time = Time::now() - begin;
  ::kill(child, SIGTERM);
  ::waitpid(child, nullptr, 0);
  ::close(pipe[0]);
  if (!up) throw std::runtime_error("the server did not answer");
  return time;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: bench_start TIMES PROGRAM ARGUMENT...\n";
    return 2;
  }
  try {
    Times times;
    for (int i = std::atoi(argv[1]); i > 0; --i) times.add(start_once(argv + 2));
    const boost::json::object result{{"starts", times.count()}, {"p50_ms", times.percentile(50)}, {"max_ms", times.percentile(100)}};
    std::cout << boost::json::serialize(result) << "\n";
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench_start: " << error.what() << "\n";
    return 1;
  }
}
