#pragma once

#include "storage/cases.hpp"
#include "storage/inbox.hpp"

#include <optional>
#include <vector>

namespace hotline::storage {

enum class QueueView : std::uint8_t {
  all,          ///< reports that belong to no case, and cases that are not closed
  unread,       ///< reports that nobody has opened
  mine,         ///< open cases of the one who asks
  unassigned,   ///< reports that belong to no case, and open cases of nobody
  overdue,      ///< of `all`, those whose hour is past
  closed,       ///< closed cases, the last one first
};

/// Where a page ends: what is behind it in the queue's order comes next. Also right when things have changed meanwhile.
struct QueuePlace {
  std::int64_t urgency = 0;
  std::int64_t hour = 0;
  bool case_ = false;
  std::int64_t number = 0;
};

struct QueueQuery {
  DeskId desk;
  MemberId member;                  ///< who asks
  std::int64_t now_hour = 0;
  bool others_too = true;           ///< false: of cases, only those of nobody and of the one who asks
  QueueView view = QueueView::all;
  std::optional<QueuePlace> after{};
  std::size_t count_max = 100;      ///< at most 100
};

/// One of the two.
struct QueueItem {
  std::optional<ReportRow> report{};
  std::optional<CaseView> file{};
};

struct QueuePage {
  std::vector<QueueItem> items;
  std::optional<QueuePlace> next;   ///< nothing: this was the last page
};

struct QueueCounts {
  std::int64_t all = 0;
  std::int64_t unread = 0;
  std::int64_t mine = 0;
  std::int64_t unassigned = 0;
  std::int64_t overdue = 0;
  std::int64_t closed = 0;
  std::int64_t danger = 0;                             ///< of `all`, those of urgency 0
  std::optional<std::int64_t> oldest_unread_due_hour;  ///< the first hour that an unread report's target is at
};

/// What waits at a desk, most urgent first, then by the hour it is due, reports before cases, then in order of arrival.
class Queue {
 public:
  virtual ~Queue() = default;
  virtual Awaitable<Result<QueuePage>> page(QueueQuery query) = 0;
  /// `view`, `after` and `count_max` do not matter.
  virtual Awaitable<Result<QueueCounts>> counts(QueueQuery query) = 0;
};

}  // namespace hotline::storage
