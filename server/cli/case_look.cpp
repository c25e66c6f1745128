#include "server/cli/case_look.hpp"

#include "config/clock.hpp"

#include <algorithm>

namespace hotline::cli {
namespace {

Outcome<std::vector<Sighting>> views_of_report(OpenDesk& open, const OpenedReport& report) {
  std::vector<Sighting> views;
  const crypto::age::Identity* identity = open.book.keyring().epoch(report.row.epoch);
  if (identity == nullptr) return views;
  const auto rows = open.connection.client.views(report.row.id);
  if (!rows) return rows.error();
  for (const ReportView& row : *rows) {
    if (auto view = open_view(report.row.id, row, *identity, open.book.desk())) views.push_back(std::move(*view));
  }
  return views;
}

bool is_among(const std::vector<Sighting>& views, const std::string& name, const std::string& what, const std::string& why, std::int64_t hour) {
  return std::ranges::any_of(views, [&](const Sighting& view) {
    return view.author == name && view.what == what && view.reason == why && view.hour == hour;
  });
}

EventBody view_body(const std::string& what, const std::string& why) {
  return [what, why](crypto::SecretJson& body) {
    body.string("what", what);
    if (!why.empty()) body.string("reason", why);
  };
}

Outcome<void> look_at_report(OpenDesk& open, const OpenedReport& report, const std::string& what, const std::string& why, std::int64_t now) {
  const auto& epochs = open.book.desk().epochs;
  const auto epoch = std::ranges::find_if(epochs, [&](const storage::Epoch& entry) { return entry.id == report.row.epoch; });
  if (epoch == epochs.end() || open.book.keyring().epoch(epoch->id) == nullptr) return {};   // nothing of it can be read
  const auto recipient = crypto::age::Recipient::from_bytes(epoch->recipient);
  if (!recipient) return Problem{"the epoch's key is damaged; run hotline check"};
  const auto views = views_of_report(open, report);
  if (!views) return views.error();
  const MemberKeys& member = open.connection.member;
  if (is_among(*views, member.member.name, what, why, now / 3600)) return {};
  const auto made = make_view(member, *recipient, report.row.id, view_body(what, why), now);
  if (!made) return made.error();
  return open.connection.client.add_view(report.row.id, made->id, made->sealed);
}

}  // namespace

Outcome<void> record_look(OpenDesk& open, const std::string& id, const std::string& why, const std::string& what) {
  const SystemClock clock;
  const auto thread = open.book.find(id);
  if (!thread) return thread.error();
  if (!(*thread)->case_) {
    for (const OpenedReport& report : (*thread)->reports) {
      if (const auto seen = look_at_report(open, report, what.empty() ? "report" : what, why, clock.now()); !seen) return seen.error();
    }
    return {};
  }
  const std::string& name = open.connection.member.member.name;
  const std::string seen = what.empty() ? "case" : what;
  const auto make = [&](const Casebook&, const Thread& now) -> Outcome<std::vector<EventDraft>> {
    if (is_among(now.facts().views, name, seen, why, clock.hour())) return std::vector<EventDraft>();
    return std::vector<EventDraft>{{"view", view_body(seen, why)}};
  };
  const auto is_new = [&](const OpenedReport& report) {
    return std::ranges::find((*thread)->linked, to_text(report.row.id)) == (*thread)->linked.end();
  };
  return change_thread(open, id, make, !home_of(**thread).link_unknown && std::ranges::any_of((*thread)->reports, is_new));
}

Outcome<std::vector<Sighting>> views_of(OpenDesk& open, const Thread& thread) {
  std::vector<Sighting> all;
  for (const OpenedReport& report : thread.reports) {
    if (report.row.state == storage::ReportState::new_) continue;   // nobody
    auto views = views_of_report(open, report);
    if (!views) return views.error();
    std::ranges::move(*views, std::back_inserter(all));
  }
  return all;
}

}  // namespace hotline::cli
