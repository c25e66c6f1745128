#include "crypto/secret.hpp"

#include <gtest/gtest.h>

namespace {

class Start final : public testing::Environment {
  void SetUp() override { hotline::crypto::initialise(); }
};

[[maybe_unused]] const testing::Environment* const start = testing::AddGlobalTestEnvironment(new Start);

}  // namespace
