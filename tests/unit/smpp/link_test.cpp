#include "server/smpp/link.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace hotline::smpp {
namespace {

TEST(SmppConnect, WhatItAsksBetweenStepsLivesAsLongAsItWaits) {
  boost::asio::io_context context;
  const ConnectTo to{.host = "127.0.0.1", .port = 1, .tls = nullptr, .within = std::chrono::seconds(1)};
  auto held = std::make_shared<int>(0);
  const std::weak_ptr<int> asked = held;
  {
    const auto waiting = connect(context, to, [held = std::move(held)] { return held != nullptr; });
    EXPECT_FALSE(asked.expired()) << "it has not begun yet, and will ask";
  }
  EXPECT_TRUE(asked.expired());
}

}  // namespace
}  // namespace hotline::smpp
