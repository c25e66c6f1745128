#pragma once

#include "server/http/message.hpp"

#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

namespace hotline::intake {

/// The way out of the reporter's pages, and which visits (visit.hpp) are over. A browser keeps what a form sent for as long as its tab is
/// open, and offers to send it again: a form of a visit that is over is taken as any other, and answered with the way out.
/// Any thread.
class WayOut {
 public:
  /// `url`: the neutral site.
  explicit WayOut(std::string url) : url_(std::move(url)) {}

  /// 303 to the neutral site, with what makes browsers forget.
  http::Response response() const;

  /// A visit is over. What is no number of a visit is ignored. The latest `visits_max` are known, until the server stops.
  void leave(std::string_view visit);
  bool is_over(std::string_view visit) const;

  static constexpr std::size_t visits_max = 65'536;

 private:
  const std::string url_;
  mutable std::mutex mutex_;
  std::unordered_set<std::string> over_;
  std::deque<std::string> order_;   ///< oldest first
};

}  // namespace hotline::intake
