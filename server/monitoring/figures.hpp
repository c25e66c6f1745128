#pragma once

#include "server/http/meter.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace hotline::monitoring {

/// What waits at all desks together.
struct Waiting {
  std::int64_t unread = 0;
  std::int64_t open = 0;          ///< reports without a case, and cases that are not closed
  bool overdue = false;           ///< the target of an unread report is past
};

/// How the machine and the database are at this moment. Nothing in it comes from a report.
struct Health {
  bool writes = false;                                    ///< a small write was committed just now
  std::uint64_t disk_free_bytes = 0;
  std::uint64_t resident_bytes = 0;
  std::size_t connections = 0;
  std::optional<std::int64_t> public_certificate_ends{};  ///< seconds since 1970
  std::optional<std::int64_t> console_certificate_ends{};
};

/// Counts of answers and how long they took, as Prometheus reads them.
/// Whoever reads figures must not learn that somebody wrote at an hour that he knows: what people cause is shown as it was when publish() was last
/// called, every count rounded down to tens. Any thread.
class Figures {
 public:
  Figures();
  ~Figures();
  Figures(const Figures&) = delete;
  Figures& operator=(const Figures&) = delete;

  http::Meter& public_meter() noexcept;
  http::Meter& console_meter() noexcept;

  /// Shows from now on what was counted until now.
  void publish(const Waiting& waiting);
  /// Text exposition format 0.0.4 (prometheus.io, "Exposition formats"): what was published, and `health` rounded.
  std::string text(const Health& health);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hotline::monitoring
