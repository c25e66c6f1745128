#pragma once

#include <cstdint>

namespace hotline::intake {

/// Where a request stands when others wait too. Made by Crowd; the default stands in the crowd.
struct Standing {
  std::uint64_t sender = 0;     ///< whose turn it uses up (http::sender_group), or a number of its own for a proof of work
  bool within_budget = false;   ///< goes before the crowd
  bool fresh = true;            ///< its connection has asked for little so far: goes first among its sender's
};

}  // namespace hotline::intake
