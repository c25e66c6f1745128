#include "server/console/case_api.hpp"

#include "server/console/case_access.hpp"
#include "server/console/case_change.hpp"
#include "server/console/case_records.hpp"
#include "server/console/json.hpp"
#include "server/console/record.hpp"

#include <algorithm>

namespace hotline::console {
namespace {

namespace json = boost::json;

constexpr std::size_t page_cases_max = 200;
constexpr std::size_t removed_cases_max = 100;
constexpr std::size_t removed_reports_max = 10'000;

http::Awaitable<http::Response> answer(http::Request& request, const Context& context, const SignedIn& who, std::size_t answer_bytes) {
  const auto body = co_await read_json(request, context.limits.api_body_bytes_max);
  if (!body) co_return refusal(body.error());
  const auto tag = fixed_field<16>(*body, "tag");
  auto sealed = bytes_field(*body, "sealed", answer_bytes);
  if (!tag || !sealed || sealed->size() != answer_bytes) {
    co_return malformed("a tag of 16 bytes and an answer padded to 4 KiB and sealed to one recipient");
  }
  // Once an hour and without a subject: nothing here tells which answers, or how many, are whose.
  const auto recorded = co_await context.record_look(storage::Act::answer_stored, who);
  if (!recorded) co_return refusal(recorded.error());
  const auto put = co_await context.stores.mailboxes().put({*tag, std::move(*sealed)},
                                                           context.clock.day() + context.limits.mailbox_days);
  if (!put) co_return refusal(put.error());
  co_return http::json_response(201, R"({"stored":true})");
}

/// With a limit a page, each case as the member has it; without one all of them, as the first clients ask.
http::Awaitable<http::Response> cases(http::Request& request, const Context& context, const SignedIn& who) {
  const auto after = query_number(request, "after");
  const auto limit = query_number(request, "limit");
  const auto state_text = query_text(request, "state");
  const auto known_outside = query_text(request, "key_known_outside");
  const auto state = state_text ? case_state_from(*state_text) : Result<storage::CaseState>(storage::CaseState::open);
  if (!after || !limit || !state || (known_outside && *known_outside != "true")) {
    co_return malformed("after and limit: whole numbers; state: open, close_asked or closed; key_known_outside: true");
  }
  const bool others_too = may(who.role, Right::all_cases);
  json::array list;
  if (limit->has_value() || after->has_value() || state_text || known_outside) {
    storage::CasePage page{.desk = who.desk, .member = who.member, .others_too = others_too, .after = after->value_or(0)};
    page.count_max = std::clamp<std::size_t>(static_cast<std::size_t>(limit->value_or(page_cases_max)), 1, page_cases_max);
    if (state_text) page.state = *state;
    page.key_known_outside = known_outside.has_value();
    const auto found = co_await context.stores.cases().page(page);
    if (!found) co_return refusal(found.error());
    for (const storage::CaseView& view : *found) list.push_back(to_json(view));
  } else {
    const auto all = co_await context.stores.cases().list(who.desk);
    if (!all) co_return refusal(all.error());
    for (const storage::Case& entry : *all) {
      if (may_work_on(who.role, who.member, entry)) list.push_back(to_json(entry));
    }
  }
  co_return http::json_response(200, json::serialize(json::object{{"cases", std::move(list)}}));
}

http::Awaitable<http::Response> one_case(http::Request& request, const Context& context, const SignedIn& who) {
  const auto found = co_await case_of_path(request, context, who);
  if (!found) co_return refusal(found.error());
  co_return http::json_response(200, json::serialize(to_json(*found)));
}

http::Response not_changed(const boost::system::error_code& error) {
  if (error == Errc::conflict) {
    return http::problem_response(409, "Conflict", "A colleague has written in this case at the same time. Read it again first.");
  }
  if (error == Errc::duplicate) {
    return http::problem_response(409, "Conflict", "One of these reports belongs to a case already: a colleague was quicker. Read the queue again.");
  }
  if (error == Errc::not_found) {
    return http::problem_response(404, "Not found", "The case, or one of these reports, is not there any more: a colleague deleted it. Read the queue again.");
  }
  return refusal(error);
}

http::Response hold_not_changed(const boost::system::error_code& error) {
  if (error == Errc::forbidden) {
    return http::problem_response(403, "Forbidden", "A legal hold takes two members: another one than who asked, a supervisor or admin, confirms.");
  }
  if (error == Errc::malformed) return malformed("about, the case's reports, with a hold that is proposed");
  if (error == Errc::conflict) {
    return http::problem_response(409, "Conflict", "The hold stands differently now, or a colleague has written in this case at the same time. Read it again first.");
  }
  return not_changed(error);
}

http::Awaitable<http::Response> open_case(http::Request& request, const Context& context, const SignedIn& who) {
  const auto body = co_await read_json(request, context.limits.api_body_bytes_max);
  if (!body) co_return refusal(body.error());
  auto made = co_await new_case_of(*body, context, who);
  if (!made && made.error() == Errc::malformed) {
    co_return malformed("a case, its first events, and grants of it to members of the desk who work on reports, one at least; files, assignee, due_hour and summary may be there");
  }
  if (!made) co_return refusal(made.error());
  if (!may_open_as(who.role, made->opened.state)) co_return refusal(Errc::forbidden);
  const auto stored = co_await context.stores.cases().open(std::move(*made));
  if (!stored && stored.error() == Errc::conflict) {
    co_return http::problem_response(409, "Conflict", "A case or an event of this id is there already.");
  }
  if (!stored) co_return not_changed(stored.error());
  co_return http::json_response(201, R"({"opened":true})");
}

http::Awaitable<http::Response> events(http::Request& request, const Context& context, const SignedIn& who) {
  const auto found = co_await case_of_path(request, context, who);
  if (!found) co_return refusal(found.error());
  const auto recorded = co_await context.record_look(storage::Act::case_viewed, who, found->file.id);
  if (!recorded) co_return refusal(recorded.error());
  const auto all = co_await context.stores.cases().events(found->file.id);
  if (!all) co_return refusal(all.error());
  json::array list;
  for (const storage::Event& event : *all) list.push_back(to_json(event));
  co_return http::json_response(200, json::serialize(json::object{{"events", std::move(list)}}));
}

http::Awaitable<http::Response> change(http::Request& request, const Context& context, const SignedIn& who) {
  const auto found = co_await case_of_path(request, context, who);
  if (!found) co_return refusal(found.error());
  const auto body = co_await read_json(request, context.limits.api_body_bytes_max);
  if (!body) co_return refusal(body.error());
  auto made = co_await case_change_of(*body, context, who, found->file.id);
  if (!made && made.error() == Errc::malformed) {
    co_return malformed("one at least of events of this case, set, files, and grants to members of the desk who work on reports; after, if, about, and hold "
                        "with an event may be there; with a new recipient, grants of it and the key in if");
  }
  if (!made) co_return refusal(made.error());
  const bool about_hold = made->hold.has_value();
  const auto stored = co_await context.stores.cases().change(std::move(*made));
  if (!stored && about_hold) co_return hold_not_changed(stored.error());
  if (!stored) co_return not_changed(stored.error());
  co_return http::json_response(201, R"({"recorded":true})");
}

/// What the first clients used; the same rules hold.
http::Awaitable<http::Response> set_state(http::Request& request, const Context& context, const SignedIn& who) {
  const auto found = co_await case_of_path(request, context, who);
  if (!found) co_return refusal(found.error());
  const auto body = co_await read_json(request, 4096);
  if (!body) co_return refusal(body.error());
  const auto state = text_field(*body, "state", 16);
  const auto urgency = number_field(*body, "urgency", 0, 4);
  if (!state || (*state != "open" && *state != "closed") || !urgency) co_return malformed("state (open or closed) and urgency (0 to 4)");
  const json::object asked{{"set", json::object{{"state", *state}, {"urgency", *urgency}}}};
  auto made = co_await case_change_of(asked, context, who, found->file.id);
  if (!made) co_return refusal(made.error());
  const auto stored = co_await context.stores.cases().change(std::move(*made));
  if (!stored) co_return not_changed(stored.error());
  co_return http::empty_response();
}

/// The server does not know which reports a case is about: the client, which opened them, names all that is to go together.
http::Awaitable<http::Response> remove(http::Request& request, const Context& context, const SignedIn& who) {
  const auto body = co_await read_json(request, context.limits.api_body_bytes_max);
  if (!body) co_return refusal(body.error());
  auto case_ids = ids_of<CaseId>(*body, "cases", removed_cases_max);
  auto report_ids = ids_of<ReportId>(*body, "reports", removed_reports_max);
  if (!case_ids || !report_ids || case_ids->size() + report_ids->size() == 0) {
    co_return malformed("cases and reports: arrays of ids, at least one id, at most 100 cases and 10,000 reports");
  }
  const auto removed = co_await context.stores.cases().remove({who.desk, who.member, std::move(*case_ids), std::move(*report_ids), context.clock.hour()});
  if (!removed && removed.error() == Errc::not_found) {
    co_return http::problem_response(404, "Not found", "None of this is there: it was deleted already, or it never was yours to see.");
  }
  if (!removed && removed.error() == Errc::conflict) {
    co_return http::problem_response(409, "Conflict", "A part of this is under a legal hold. Two members lift it first; nothing was deleted.");
  }
  if (!removed && removed.error() == Errc::forbidden) {
    co_return http::problem_response(403, "Forbidden", "You hold no key for a part of this. Only those who can open it can delete it; nothing was deleted.");
  }
  if (!removed) co_return refusal(removed.error());
  co_return http::json_response(200, json::serialize(json::object{{"cases", removed->cases}, {"reports", removed->reports}, {"files", removed->files}}));
}

}  // namespace

void add_case_routes(http::Router& router, const Context& context, std::size_t answer_bytes) {
  const http::RouteLimits with_body{.body_bytes_max = context.limits.api_body_bytes_max};
  const auto member = [&](auto function, Right right = Right::report_work) {
    return those_who_may(context, right, [&context, function](http::Request& request, const SignedIn& who) { return function(request, context, who); });
  };
  router.add(http::Method::post, "/api/v1/answers", with_body,
             member([answer_bytes](http::Request& request, const Context& shared, const SignedIn& who) { return answer(request, shared, who, answer_bytes); }));
  router.add(http::Method::get, "/api/v1/cases", {}, member(cases));
  router.add(http::Method::post, "/api/v1/cases", with_body, member(open_case));
  router.add(http::Method::get, "/api/v1/cases/{id}", {}, member(one_case));
  router.add(http::Method::put, "/api/v1/cases/{id}", {.body_bytes_max = 4096}, member(set_state));
  router.add(http::Method::get, "/api/v1/cases/{id}/events", {}, member(events));
  router.add(http::Method::post, "/api/v1/cases/{id}/events", with_body, member(change));
  router.add(http::Method::post, "/api/v1/deletions", with_body, member(remove, Right::supervision));
}

}  // namespace hotline::console
