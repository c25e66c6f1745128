// How fast pages of the queue are: queue_bench --config SETTINGS --member NAME [--seconds 3]
// On a desk that desk_fill filled. Prints one JSON object: for each view its first and its tenth page of 50, alone, as the API gives it (rows read,
// JSON written), in milliseconds; the counts; and how many pages of 20 a second all readers give together.
#include "config/clock.hpp"
#include "crypto/secret.hpp"
#include "server/cli/local_database.hpp"
#include "server/console/case_records.hpp"
#include "storage/wait.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace hotline;
using Time = std::chrono::steady_clock;

double milliseconds_since(Time::time_point begun) { return std::chrono::duration<double, std::milli>(Time::now() - begun).count(); }

/// Page and JSON; gives the JSON's size.
storage::Awaitable<std::size_t> one_page(storage::Stores& stores, storage::QueueQuery query) {
  const auto page = co_await stores.queue().page(query);
  if (!page) std::abort();
  boost::json::array items;
  for (const auto& item : page->items) items.push_back(console::to_json(item));
  co_return boost::json::serialize(items).size();
}

double median(std::vector<double> times) {
  std::ranges::nth_element(times, times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2));
  return times[times.size() / 2];
}

double page_ms(storage::Stores& stores, const storage::QueueQuery& query) {
  std::vector<double> times;
  for (int i = 0; i < 41; ++i) {
    const auto begun = Time::now();
    storage::wait_for(one_page(stores, query));
    times.push_back(milliseconds_since(begun));
  }
  return median(std::move(times));
}

storage::Awaitable<void> read_pages(storage::Stores& stores, storage::QueueQuery query, Time::time_point until, std::size_t& pages) {
  while (Time::now() < until) {
    if (!co_await stores.queue().page(query)) std::abort();
    ++pages;
  }
}

double pages_per_second(storage::Stores& stores, const storage::QueueQuery& query, double seconds) {
  boost::asio::io_context context;
  std::size_t pages = 0;
  const auto begun = Time::now();
  const auto until = begun + std::chrono::milliseconds(static_cast<int>(seconds * 1000));
  for (int i = 0; i < 16; ++i) boost::asio::co_spawn(context, read_pages(stores, query, until, pages), boost::asio::detached);
  context.run();
  return static_cast<double>(pages) * 1000 / milliseconds_since(begun);
}

}  // namespace

int main(int count, char** words) {
  crypto::initialise();
  std::map<std::string, std::string> options;
  for (int i = 1; i + 1 < count; i += 2) options[words[i]] = words[i + 1];
  auto database = cli::open_local_database(options["--config"]);
  if (!database) {
    std::fprintf(stderr, "queue_bench: %s\n", database.error().line.c_str());
    return 1;
  }
  storage::Stores& stores = *database->stores;
  const auto member = storage::wait_for(stores.members().find(options["--member"]));
  if (!member) {
    std::fprintf(stderr, "queue_bench: there is no such member\n");
    return 1;
  }
  storage::QueueQuery query{.desk = member->desk, .member = member->id, .now_hour = SystemClock().hour()};
  const std::pair<const char*, storage::QueueView> views[] = {
      {"all", storage::QueueView::all},       {"unread", storage::QueueView::unread}, {"mine", storage::QueueView::mine}, {"unassigned", storage::QueueView::unassigned},
      {"overdue", storage::QueueView::overdue}, {"closed", storage::QueueView::closed}};
  std::printf("{");
  for (const auto& [name, view] : views) {
    query.view = view;
    query.after.reset();
    query.count_max = 50;
    const double first = page_ms(stores, query);
    for (int i = 0; i < 9; ++i) {
      const auto page = storage::wait_for(stores.queue().page(query));
      if (!page || !page->next) break;
      query.after = page->next;
    }
    std::printf("\"%s_ms\":%.2f,\"%s_tenth_ms\":%.2f,", name, first, name, page_ms(stores, query));
  }
  std::vector<double> counting;
  for (int i = 0; i < 41; ++i) {
    const auto begun = Time::now();
    if (!storage::wait_for(stores.queue().counts(query))) return 1;
    counting.push_back(milliseconds_since(begun));
  }
  query.view = storage::QueueView::all;
  query.after.reset();
  query.count_max = 20;
  std::printf("\"counts_ms\":%.2f,\"pages_of_20_per_second\":%.0f}\n", median(std::move(counting)),
              pages_per_second(stores, query, std::atof(options.contains("--seconds") ? options["--seconds"].c_str() : "3")));
  database->stores->stop();
  return 0;
}
