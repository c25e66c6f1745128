#include "config/clock.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/local_database.hpp"
#include "server/cli/settings_option.hpp"
#include "server/cli/terminal.hpp"
#include "server/http/tls.hpp"
#include "storage/disk_space.hpp"
#include "storage/last_backup.hpp"
#include "storage/wait.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <iostream>

namespace hotline::cli {
namespace {

namespace asio = boost::asio;

constexpr std::int64_t seconds_a_day = 86400;
constexpr std::int64_t days_to_renew = 14;
constexpr std::uint64_t disk_free_wanted = 1ULL << 30;

/// One line a subject; what needs a person has an exclamation mark in front.
class Lines {
 public:
  explicit Lines(bool as_json) : as_json_(as_json) {}
  void good(std::string_view subject, const std::string& text) { write(true, subject, text); }
  void bad(std::string_view subject, const std::string& text) {
    write(false, subject, text);
    ++bad_;
  }
  int bad_count() const { return bad_; }

 private:
  void write(bool good, std::string_view subject, const std::string& text) const {
    if (as_json_) {
      std::cout << boost::json::object{{"subject", subject}, {"ok", good}, {"text", text}} << "\n";
      return;
    }
    std::string padded(subject);
    padded.resize(13, ' ');
    std::cout << (good ? "  " : "! ") << padded << printable(text) << "\n";
  }
  bool as_json_;
  int bad_ = 0;
};

template <class Protocol, class Endpoint>
bool connects(const Endpoint& endpoint) {
  asio::io_context context;
  typename Protocol::socket socket(context);
  boost::system::error_code error;
  static_cast<void>(socket.connect(endpoint, error));
  return !error;
}

/// Whether somebody listens there. An address of all interfaces is asked at its loopback.
bool accepts(const ListenAddress& address) {
  if (address.is_unix()) {
    return connects<asio::local::stream_protocol>(asio::local::stream_protocol::endpoint(address.socket_path.string()));
  }
  boost::system::error_code error;
  auto ip = asio::ip::make_address(address.ip, error);
  if (error) return false;
  if (ip.is_unspecified()) ip = ip.is_v4() ? asio::ip::address(asio::ip::address_v4::loopback()) : asio::ip::address(asio::ip::address_v6::loopback());
  return connects<asio::ip::tcp>(asio::ip::tcp::endpoint(ip, address.port));
}

void show_listener(Lines& lines, std::string_view name, const ListenerSettings& listener, std::int64_t now) {
  for (const ListenAddress& address : listener.listen) {
    if (accepts(address)) {
      lines.good(name, "accepts connections at " + to_text(address));
    } else {
      lines.bad(name, "nobody listens at " + to_text(address) + "; start the server, and see its log when it does not stay");
    }
  }
  if (!listener.tls) return;
  const auto tls = http::TlsContext::create(listener.tls->certificate, listener.tls->key);
  if (!tls) return lines.bad(name, tls.error().line);
  const std::int64_t days = ((*tls)->ends() - now) / seconds_a_day;
  const std::string until = "certificate until " + day_text((*tls)->ends() / seconds_a_day);
  if (days < days_to_renew) lines.bad(name, until + "; renew it, then systemctl reload hotline");
  else lines.good(name, until);
}

void show_database(Lines& lines, storage::Stores& stores, const StorageSettings& settings) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(settings.path, error);
  const std::uint64_t free = storage::DiskSpace(settings.path.string(), 0).free_bytes();
  lines.good("database", settings.path.string() + ", " + std::to_string(bytes >> 20) + " MiB");
  const std::string room = std::to_string(free >> 20) + " MiB free on its disk";
  if (free < disk_free_wanted) lines.bad("disk", room + "; make room, or no more reports can be taken");
  else lines.good("disk", room);
  if (storage::wait_for(stores.probe())) lines.good("writing", "a write could be committed");
  else lines.bad("writing", "a write could not be committed; see the disk and the log");
}

/// Whether the last backup is recent. A demo needs none.
void show_backup(Lines& lines, const StorageSettings& settings, bool only_demos, std::int64_t now) {
  static constexpr std::string_view remedy = "; see  systemctl list-timers hotline-backup.timer  and  journalctl -u hotline-backup";
  const auto last = storage::last_backup(settings.path.string());
  if (!last) {
    if (only_demos) return lines.good("backup", "none was made yet; this is a demo");
    return lines.bad("backup", "none was made yet: systemctl enable --now hotline-backup.timer");
  }
  const std::string made = hour_text(last->made_seconds / 3600) + ", " + last->path;
  if (now - last->made_seconds > seconds_a_day) lines.bad("backup", "the last one is of " + made + std::string(remedy));
  else lines.good("backup", "the last one is of " + made);
}

/// Calls to people that were tried more than once and reached nobody.
bool show_calls(Lines& lines, storage::Stores& stores, const storage::Desk& desk) {
  const auto remembered = storage::wait_for(stores.calls().load(desk.id));
  if (!remembered) return false;
  if (!*remembered) return true;
  std::size_t failing = 0;
  std::int64_t since = 0;
  for (const storage::CallRow& call : (*remembered)->calls) {
    if (call.cause == 0 || call.tries < 2) continue;
    since = failing == 0 ? call.since_minute : std::min(since, call.since_minute);
    ++failing;
  }
  if (failing == 0) return true;
  lines.bad("calls", desk.name + ": " + std::to_string(failing) + (failing == 1 ? " person is" : " people are") + " called in vain since " + hour_text(since / 60) +
                         "; the log says why (call_not_sent), hotline call test tries each");
  return true;
}

bool show_desk(Lines& lines, storage::Stores& stores, const storage::Desk& desk, std::int64_t now) {
  const storage::QueueQuery query{.desk = desk.id, .member = {}, .now_hour = now / 3600};
  const auto counts = storage::wait_for(stores.queue().counts(query));
  const auto epochs = storage::wait_for(stores.desks().epochs(desk.id));
  if (!counts || !epochs) return false;
  const std::string waiting = desk.name + ": " + std::to_string(counts->unread) + " unread, " + std::to_string(counts->all) + " open";
  if (counts->oldest_unread_due_hour && *counts->oldest_unread_due_hour < query.now_hour) {
    lines.bad("desk", waiting + "; the oldest unread one should have been read by " + hour_text(*counts->oldest_unread_due_hour));
  } else {
    lines.good("desk", waiting);
  }
  if (!show_calls(lines, stores, desk)) return false;
  if (epochs->empty()) return true;
  const std::int64_t end = epochs->back().not_after;
  const std::string until = desk.name + ": keys until " + day_text(end / seconds_a_day);
  if (end - now < days_to_renew * seconds_a_day) lines.bad("epoch", until + "; a member makes new ones: hotline epoch rotate");
  else lines.good("epoch", until);
  return true;
}

int status(const std::string& settings_file, bool as_json) {
  const auto database = open_local_database(settings_file);
  if (!database) return fail(database.error());
  const Settings& settings = *database->settings;
  const std::int64_t now = SystemClock().now();
  Lines lines(as_json);
  show_listener(lines, "public", settings.public_listener, now);
  show_listener(lines, "console", settings.console_listener, now);
  show_database(lines, *database->stores, settings.storage);
  const auto desks = storage::wait_for(database->stores->desks().list());
  bool read = desks.has_value();
  if (desks) {
    show_backup(lines, settings.storage, !desks->empty() && std::ranges::all_of(*desks, &storage::Desk::demo), now);
    if (desks->empty()) lines.bad("desk", "there is none yet: hotline init prints the link by which it is founded");
    for (const storage::Desk& desk : *desks) read = show_desk(lines, *database->stores, desk, now) && read;
  }
  database->stores->stop();
  if (!read) return fail("the database " + settings.storage.path.string() + " cannot be read; run hotline check");
  if (lines.bad_count() > 0) {
    return fail(std::to_string(lines.bad_count()) + " of these need somebody; " + (as_json ? "their ok is false" : "they begin with an exclamation mark"));
  }
  return Exit::done;
}

}  // namespace

void add_status_command(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("status", "how the server on this machine is: listeners, certificates, disk, backups, what waits, calls in vain; exits 1 when something needs a person");
  auto file = add_settings_option(*command);
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "one JSON object a line: subject, ok, text");
  command->callback([&chosen, file, as_json] { chosen = [file, as_json] { return status(*file, *as_json); }; });
}

}  // namespace hotline::cli
