#pragma once

#include "config/clock.hpp"
#include "server/http/router.hpp"
#include "server/http/tls.hpp"
#include "server/monitoring/figures.hpp"
#include "server/monitoring/resident_memory.hpp"
#include "storage/disk_space.hpp"
#include "storage/stores.hpp"

#include <chrono>
#include <functional>
#include <memory>

namespace hotline::monitoring {

/// How long figures of what people did are held back.
inline constexpr std::chrono::minutes publish_interval{15};

/// The metrics listener's one page, GET /metrics, and the clockwork behind it. Outlived by the stores and by `memory`.
class Monitoring {
 public:
  struct Certificates {
    std::shared_ptr<http::TlsContext> for_public;    ///< null: that listener has none
    std::shared_ptr<http::TlsContext> for_console;
  };
  /// `database`: the file whose disk is watched.
  Monitoring(storage::Stores& stores, const Clock& clock, const std::string& database, const ResidentMemory& memory, Certificates certificates);

  const http::Router& router() const noexcept { return router_; }
  Figures& figures() noexcept { return figures_; }
  /// Open connections of all listeners; before the first request, not after.
  void count_connections(std::function<std::size_t()> count) { connections_ = std::move(count); }

  /// Publishes now and at the full quarters of an hour, whatever happened when, until its context stops.
  http::Awaitable<void> publish_by_the_clock();

 private:
  http::Awaitable<void> publish();
  http::Awaitable<http::Response> metrics();

  storage::Stores& stores_;
  const Clock& clock_;
  storage::DiskSpace disk_;
  Certificates certificates_;
  const ResidentMemory& memory_;
  Figures figures_;
  std::function<std::size_t()> connections_;
  http::Router router_;
};

}  // namespace hotline::monitoring
