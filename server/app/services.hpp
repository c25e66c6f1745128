#pragma once

#include "config/clock.hpp"
#include "config/error.hpp"
#include "config/settings.hpp"
#include "server/http/http_server.hpp"
#include "server/http/router.hpp"
#include "storage/sqlcipher/stores.hpp"

#include <memory>

namespace hotline::app {

/// The composition root: everything between the listeners and the disk, built in order, each part given only what it needs.
/// `settings` must outlive it.
class Services {
 public:
  /// Builds all parts on an open database with a desk at least. Fails with one line that says what to do.
  static Outcome<std::unique_ptr<Services>> create(const Settings& settings, std::shared_ptr<storage::SqlcipherStores> stores);
  ~Services();
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  const http::Router& public_router() const;
  const http::Router& console_router() const;
  static http::HeaderProfile public_headers(const Settings& settings);
  static http::HeaderProfile console_headers(const Settings& settings);
  storage::Stores& stores();
  const Clock& clock() const;

  /// Begins to call people, and connects to operators. Once, when nothing can fail any more; then stop() must be called.
  void start();
  /// Before the listeners stop: answers requests that are being held.
  void end_waits();
  /// After the listeners have stopped: ends the links to operators, drains the writer, empties its log, closes the database.
  void stop();

 private:
  struct Parts;
  explicit Services(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace hotline::app
