#pragma once

#include "server/smpp/pdu.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace hotline::test {

/// An operator's message centre that does what the test says, one step after the other. One thread at a time.
class OperatorByHand {
 public:
  OperatorByHand() : acceptor_(context_, {boost::asio::ip::make_address("127.0.0.1"), 0}), socket_(context_) {}
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  smpp::Pdu read() {
    std::string header(4, '\0');
    boost::asio::read(socket_, boost::asio::buffer(header));
    const std::size_t size = smpp::pdu_length(as_bytes(header)).value().value();
    std::string all = header + std::string(size - 4, '\0');
    boost::asio::read(socket_, boost::asio::buffer(all.data() + 4, size - 4));
    return smpp::parse(as_bytes(all)).pdu;
  }
  void write(const smpp::Pdu& pdu) {
    const auto bytes = smpp::write(pdu);
    boost::asio::write(socket_, boost::asio::buffer(bytes->reveal().data(), bytes->size()));
  }
  /// Of a connection that is made from now on.
  void bind() {
    socket_ = boost::asio::ip::tcp::socket(context_);
    acceptor_.accept(socket_);
    const smpp::Pdu asked = read();
    ASSERT_EQ(asked.command, smpp::Command::bind_transceiver);
    write({smpp::Command::bind_transceiver_resp, smpp::Status::ok, asked.sequence, named("us")});
  }
  /// Answers the next submit_sm; gives what it was.
  smpp::Pdu take_submit(smpp::Status status, std::string_view id = {}) {
    smpp::Pdu submit = read();
    EXPECT_EQ(submit.command, smpp::Command::submit_sm);
    write({smpp::Command::submit_sm_resp, status, submit.sequence, named(id)});
    return submit;
  }
  smpp::Status deliver(std::string_view text, std::uint8_t esm_class = 0) {
    begin_delivery(text, esm_class);
    const smpp::Pdu answer = read();
    EXPECT_EQ(answer.command, smpp::Command::deliver_sm_resp);
    EXPECT_EQ(answer.sequence, sequence_);
    return answer.status;
  }
  /// Without waiting for the answer.
  void begin_delivery(std::string_view text, std::uint8_t esm_class = 0) {
    smpp::ShortMessage message;
    message.source = {1, 1, crypto::SecretBuffer(std::string_view("5016200001"))};
    message.destination = {3, 0, crypto::SecretBuffer(std::string_view("555"))};
    message.esm_class = esm_class;
    message.text = crypto::SecretBuffer(text);
    write({smpp::Command::deliver_sm, smpp::Status::ok, ++sequence_, std::move(message)});
  }
  void unbind() {
    const smpp::Pdu asked = read();
    EXPECT_EQ(asked.command, smpp::Command::unbind);
    write({smpp::Command::unbind_resp, smpp::Status::ok, asked.sequence, {}});
  }

 private:
  static smpp::Named named(std::string_view name) { return {.name = crypto::SecretBuffer(name), .tlvs = {}}; }

  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::ip::tcp::socket socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace hotline::test
