#include "server/app/server.hpp"

#include "config/log.hpp"
#include "server/app/certificates.hpp"
#include "server/app/clock_watch.hpp"
#include "server/app/confinement.hpp"
#include "server/app/database_lock.hpp"
#include "server/app/inherited_sockets.hpp"
#include "server/app/lockdown.hpp"
#include "server/app/service_manager.hpp"
#include "server/app/services.hpp"
#include "server/app/waiting.hpp"
#include "server/http/http_server.hpp"
#include "server/http/io_pool.hpp"
#include "server/http/recurring.hpp"
#include "server/http/tls.hpp"
#include "server/monitoring/monitoring.hpp"
#include "storage/key_file.hpp"
#include "storage/wait.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string_view>
#include <thread>

namespace hotline::app {
namespace {

namespace asio = boost::asio;

/// Says on standard output where a listener waits: with port 0 only this tells.
void say_listening(const char* name, const ListenAddress& bound) {
  const std::string line = std::string("listening ") + name + " " + to_text(bound) + "\n";
  std::fputs(line.c_str(), stdout);
  std::fflush(stdout);
}

/// Opens every address of a listener, or takes the sockets that were handed over for it instead.
Outcome<void> listen(http::HttpServer& server, const ListenerSettings& settings, std::vector<http::BoundSocket>& inherited,
                     const std::shared_ptr<http::TlsContext>& tls, const char* name) {
  for (http::BoundSocket& socket : inherited) {
    const bool is_unix = socket.address().is_unix();
    say_listening(name, server.listen(std::move(socket), is_unix ? nullptr : tls));
  }
  if (!inherited.empty()) return {};
  for (const ListenAddress& address : settings.listen) {
    const auto bound = server.listen(address, address.is_unix() ? nullptr : tls);
    if (!bound) return bound.error();
    say_listening(name, *bound);
  }
  return {};
}

/// What a server that was killed left behind, for those listeners that make their own sockets.
Outcome<void> remove_stale_sockets(const Settings& settings, const InheritedSockets& inherited) {
  std::vector<ListenAddress> addresses = settings.metrics.listen;
  const auto add = [&](const std::vector<ListenAddress>& of) { addresses.insert(addresses.end(), of.begin(), of.end()); };
  if (inherited.public_sockets.empty()) add(settings.public_listener.listen);
  if (inherited.console_sockets.empty()) add(settings.console_listener.listen);
  for (const ListenAddress& address : addresses) {
    if (const auto removed = http::BoundSocket::remove_stale(address); !removed) return removed;
  }
  return {};
}

Outcome<std::shared_ptr<storage::SqlcipherStores>> open_database(const Settings& settings, const crypto::LockedKey& key) {
  auto stores = storage::open_stores({.path = settings.storage.path, .key = key, .limits = settings.limits, .create = false});
  if (!stores) return stores.error();
  return std::shared_ptr<storage::SqlcipherStores>(std::move(*stores));
}

Outcome<bool> has_desk(storage::Stores& stores) {
  const auto desks = storage::wait_for(stores.desks().list());
  if (!desks) return Problem{"cannot read the database: " + desks.error().message()};
  return !desks->empty();
}

/// Looks every two seconds, and at once when `timer` is woken, whether a desk was made: in the browser, or by hotline desk create.
asio::awaitable<void> wait_for_desk(storage::Stores& stores, asio::steady_timer& timer) {
  for (;;) {
    try {
      const auto desks = co_await stores.desks().list();
      if (desks && !desks->empty()) co_return;
      timer.expires_after(std::chrono::seconds(2));
      co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    } catch (const std::exception&) {
      log_event(LogLevel::error, "task_failed", {{"task", "founding"}});
      std::this_thread::sleep_for(http::after_failure);   // no memory to wait with
    }
  }
}

/// Removes what has expired, and the copy of before an upgrade once it is old, at start and every hour.
asio::awaitable<void> expire_hourly(Services& services) {
  return http::again_and_again("expiry", [&, at_start = true]() mutable -> asio::awaitable<std::chrono::microseconds> {
    const auto expired = co_await services.stores().expire(services.clock().hour(), at_start);
    at_start = false;
    if (expired) log_event(LogLevel::debug, "expiry_done");
    else log_event(LogLevel::warning, "expiry_failed", {{"error", expired.error()}});
    co_return std::chrono::hours(1);
  });
}

/// Says so when the wall clock was set.
asio::awaitable<void> watch_clock(const Clock& clock) {
  return http::again_and_again("clock_watch", [watch = ClockWatch(clock, std::chrono::steady_clock::now())]() mutable -> asio::awaitable<std::chrono::microseconds> {
    if (const auto set = watch.look(std::chrono::steady_clock::now())) log_event(LogLevel::warning, "clock_set", {{"seconds", *set}});
    co_return std::chrono::seconds(10);
  });
}

/// Reads certificates again soon after their files were replaced.
asio::awaitable<void> watch_certificates(Certificates& certificates) {
  return http::again_and_again("certificate_watch", [&]() -> asio::awaitable<std::chrono::microseconds> {
    certificates.look();
    co_return std::chrono::seconds(2);
  });
}

/// Gives the service manager a sign of life, each time after a small write was committed: a server that cannot store is no server.
asio::awaitable<void> show_life(storage::Stores& stores, const ServiceManager& manager) {
  return http::again_and_again("signs_of_life", [&]() -> asio::awaitable<std::chrono::microseconds> {
    const auto written = co_await stores.probe();
    if (written) manager.alive();
    else log_event(LogLevel::warning, "no_sign_of_life", {{"error", written.error()}});
    co_return manager.alive_again_after(written.has_value());
  });
}

void reload(Certificates& certificates, const ServiceManager& manager) noexcept {
  try {
    manager.reloading();
    certificates.reload();
  } catch (const std::exception&) {
    log_event(LogLevel::error, "task_failed", {{"task", "reload"}});
  }
  manager.reloaded();
}

asio::awaitable<void> wait_for_end(asio::io_context& context, asio::signal_set& signals, Certificates& certificates, const ServiceManager& manager) {
  for (;;) {
    try {
      if (co_await signals.async_wait(asio::use_awaitable) != SIGHUP) break;
      reload(certificates, manager);
    } catch (const std::exception&) {
      log_event(LogLevel::error, "task_failed", {{"task", "signals"}});
      std::this_thread::sleep_for(http::after_failure);   // no memory to wait with
    }
  }
  log_event(LogLevel::info, "stopping");
  manager.stopping();
  context.stop();
}

/// Core dumps, tracing, swap: what goes before any secret is read.
Outcome<void> lock_down(const Settings& settings) {
  const auto lockdown = lock_down_process();
  if (!lockdown) return lockdown.error();
  set_log_level(settings.log_level);
  if (!lockdown->memory_locked) {
    log_event(LogLevel::warning, "memory_not_locked");
    std::fprintf(stderr, "hotline: %s\n", memory_advice);
  }
  std::signal(SIGPIPE, SIG_IGN);
  return {};
}

/// The unit of the package reaches this machine alone. Whoever has set more hears of it at once, and not when the first text does not go.
void tell_of_narrow_unit(const Settings& settings, const InheritedSockets& inherited, bool calls_others) {
  const char* const reach = std::getenv("HOTLINE_NETWORK");
  if (reach == nullptr || std::string_view(reach) != "local") return;
  const auto is_for_others = [](const ListenerSettings& listener, const std::vector<http::BoundSocket>& handed_over) {
    return handed_over.empty() && !std::ranges::all_of(listener.listen, &ListenAddress::is_loopback);
  };
  if (!calls_others && !is_for_others(settings.public_listener, inherited.public_sockets) &&
      !is_for_others(settings.console_listener, inherited.console_sockets)) {
    return;
  }
  log_event(LogLevel::warning, "network_of_this_machine_alone");
  std::fprintf(stderr, "hotline: this service's unit lets it reach this machine alone. If a gateway, mail server or webhook of the settings is elsewhere, or a listener is for others, see "
                       "/usr/share/doc/hotline/examples/with-network.conf\n");
}

}  // namespace

Outcome<void> run_server(Settings settings) {
  if (const auto locked = lock_down(settings); !locked) return locked.error();
  const ServiceManager manager;
  auto inherited = take_inherited_sockets();
  if (!inherited) return inherited.error();
  const auto key = storage::load_key_file(settings.storage.key_file);
  if (!key) return key.error();
  const auto lock = DatabaseLock::take(settings.storage.path);
  if (!lock) return lock.error();
  if (const auto removed = remove_stale_sockets(settings, *inherited); !removed) return removed.error();
  const monitoring::ResidentMemory memory;
  // No thread has begun: what is taken from this one is taken from all.
  const Permissions permissions = permissions_of(settings);
  tell_of_narrow_unit(settings, *inherited, permissions.connect);
  const auto confinement = confine(permissions);
  if (!confinement) return confinement.error();

  const auto stores = open_database(settings, *key);
  if (!stores) return stores.error();
  const auto has_one = has_desk(**stores);
  if (!has_one) return has_one.error();
  std::unique_ptr<Services> services;
  if (*has_one) {
    auto made = Services::create(settings, *stores);
    if (!made) return made.error();
    services = std::move(*made);
  }
  Certificates certificates;
  const auto public_tls = certificates.add(settings.public_listener);
  if (!public_tls) return public_tls.error();
  const auto console_tls = certificates.add(settings.console_listener);
  if (!console_tls) return console_tls.error();

  asio::io_context main_context{1};
  // From here on a signal waits until it can be heard, however early it comes.
  asio::signal_set signals(main_context, SIGTERM, SIGINT, SIGHUP);
  asio::co_spawn(main_context, wait_for_end(main_context, signals, certificates, manager), asio::detached);
  asio::co_spawn(main_context, watch_certificates(certificates), asio::detached);
  if (manager.alive_every().count() > 0) asio::co_spawn(main_context, show_life(**stores, manager), asio::detached);
  asio::steady_timer founded(main_context);
  std::optional<Waiting> waiting;
  if (!services) waiting.emplace(**stores, settings.limits, [&] { asio::post(main_context, [&founded] { founded.cancel(); }); });
  const SystemClock clock;
  std::optional<monitoring::Monitoring> monitoring;
  if (!settings.metrics.listen.empty()) {
    monitoring.emplace(**stores, clock, settings.storage.path.string(), memory,
                       monitoring::Monitoring::Certificates{*public_tls, *console_tls});
  }
  http::IoPool pool(settings.limits.io_threads);
  http::HttpServer public_server(pool, settings.limits, services ? services->public_router() : waiting->public_router(),
                                 Services::public_headers(settings), monitoring ? &monitoring->figures().public_meter() : nullptr);
  http::HttpServer console_server(pool, settings.limits, services ? services->console_router() : waiting->console_router(),
                                  Services::console_headers(settings), monitoring ? &monitoring->figures().console_meter() : nullptr);
  std::optional<http::HttpServer> metrics_server;
  if (monitoring) {
    monitoring->count_connections([&] { return public_server.connections() + console_server.connections(); });
    metrics_server.emplace(pool, settings.limits, monitoring->router());
    asio::co_spawn(main_context, monitoring->publish_by_the_clock(), asio::detached);
  }
  const auto stop = [&] {
    if (services) services->end_waits();
    public_server.begin_to_stop();
    console_server.begin_to_stop();
    if (metrics_server) metrics_server->begin_to_stop();
    public_server.stop();
    console_server.stop();
    if (metrics_server) metrics_server->stop();
    if (services) services->stop();
    (*stores)->stop();
    pool.stop();
  };
  std::vector<http::BoundSocket> no_sockets;
  Outcome<void> listening = listen(public_server, settings.public_listener, inherited->public_sockets, *public_tls, "public");
  if (listening) listening = listen(console_server, settings.console_listener, inherited->console_sockets, *console_tls, "console");
  if (listening && metrics_server) listening = listen(*metrics_server, {settings.metrics.listen, {}}, no_sockets, nullptr, "metrics");
  if (!listening) {
    stop();
    return listening;
  }
  const auto begin = [&] {
    services->start();
    log_event(LogLevel::info, "serving",
              {{"io_threads", pool.size()}, {"landlock", confinement->landlock}, {"system_calls_filtered", confinement->system_calls}});
    manager.ready();
    asio::co_spawn(main_context, expire_hourly(*services), asio::detached);
    asio::co_spawn(main_context, watch_clock(services->clock()), asio::detached);
  };
  Outcome<void> served;
  bool begins = true;
  const auto begin_when_founded = [&]() -> asio::awaitable<void> {
    co_await wait_for_desk(**stores, founded);
    auto made = Services::create(settings, *stores);
    if (!made) {
      served = made.error();
      main_context.stop();
      co_return;
    }
    services = std::move(*made);
    public_server.serve(services->public_router());
    console_server.serve(services->console_router());
    begin();
  };
  if (services) {
    begin();
  } else {
    log_event(LogLevel::info, "waiting_for_desk");
    manager.waiting_for_desk();
    // Half begun it would say for ever that it is not ready: the next start finds the desk.
    asio::co_spawn(main_context, begin_when_founded, [&](const std::exception_ptr& thrown) {
      begins = !thrown;
      if (!begins) main_context.stop();
    });
  }
  main_context.run();
  stop();
  if (!begins) return Problem{"could not begin to serve the new desk, for want of memory most likely: start it again"};
  log_event(LogLevel::info, "stopped");
  return served;
}

}  // namespace hotline::app
