#pragma once

#include <cstdint>

namespace hotline::intake {

/// Where a request stands when others wait too. Made by Crowd; the default stands in the crowd.
struct Standing {
  std::uint64_t sender = 0;     ///< whose turn it uses up: its group, or a number of its own for a proof of work
  std::uint64_t group = 0;      ///< where it came from (http::sender_group), with a proof of work too: whose share of the places it takes up
  bool within_budget = false;   ///< goes before the crowd
  bool fresh = true;            ///< its connection has asked for little so far: goes first among its sender's
};

}  // namespace hotline::intake
