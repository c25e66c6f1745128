#include "server/cli/text_parts.hpp"

#include "server/cli/case_pictures.hpp"
#include "server/sms/message.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace hotline::cli {
namespace {

namespace json = boost::json;

constexpr int parts_max = 255;                  // as in a text's header
constexpr std::uint64_t together_hours_max = 24;

/// Gateway, sender, receiver, reference, count.
using Key = std::tuple<std::string, std::string, std::string, std::string, int>;

struct Part {
  Key key;
  int number = 0;
  std::string text;
};

const json::object* object_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr ? value->if_object() : nullptr;
}

/// A whole number from 1 to `max`; 0 for anything else.
int small_number(const json::object& object, std::string_view name, int max) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_int64()) return 0;
  const std::int64_t number = value->get_int64();
  return number >= 1 && number <= max ? static_cast<int>(number) : 0;
}

std::optional<Part> part_of(const OpenedReport& report) {
  if (report.row.channel != storage::Channel::sms || !report.problem.empty()) return std::nullopt;
  const json::object* place = object_in(report.content, "part");
  const json::object* way = object_in(report.content, "sms");
  if (place == nullptr || way == nullptr) return std::nullopt;
  const json::value* reference = place->if_contains("reference");
  const int count = small_number(*place, "count", parts_max);
  const int number = small_number(*place, "number", count);
  std::string from = string_of(*way, "from");
  if (reference == nullptr || !reference->is_string() || count < 2 || number == 0 || from.empty()) return std::nullopt;
  return Part{{string_of(*way, "gateway"), std::move(from), string_of(*way, "to"), std::string(reference->get_string()), count},
              number,
              string_of(report.content, "text")};
}

bool too_late(std::int64_t hour, std::int64_t first_hour) {
  return hour > first_hour && static_cast<std::uint64_t>(hour) - static_cast<std::uint64_t>(first_hour) > together_hours_max;
}

/// A text in the making.
struct Gathered {
  struct Piece {
    std::string text;
    std::vector<std::size_t> copies;     // reports that bring these words; never empty
    std::optional<std::size_t> lent_by;  // the text that these words may belong to as well, as late copies
  };
  int count = 0;
  std::int64_t first_hour = 0;
  std::map<int, Piece> pieces;
  std::map<int, std::vector<std::size_t>> late_copies;  // came after the text was complete
  bool is_complete() const { return pieces.size() == static_cast<std::size_t>(count); }
};

/// The texts that parts make up, one after the other of a key.
class Gathering {
 public:
  void add(Part part, std::size_t report, std::int64_t hour) {
    const auto [entry, is_new] = latest_.try_emplace(part.key, texts_.size());
    if (is_new || too_late(hour, texts_[entry->second].first_hour)) {
      entry->second = begin(std::get<int>(part.key), hour);
    }
    Gathered& text = texts_[entry->second];
    const auto known = text.pieces.find(part.number);
    if (known == text.pieces.end()) {
      text.pieces[part.number] = {std::move(part.text), {report}, {}};
    } else if (known->second.text == part.text) {
      known->second.lent_by.reset();
      if (text.is_complete()) {
        text.late_copies[part.number].push_back(report);
      } else {
        known->second.copies.push_back(report);
      }
    } else if (known->second.lent_by && !text.is_complete()) {
      // So the copy was one of the text before after all.
      auto& home = texts_[*known->second.lent_by].late_copies[part.number];
      home.insert(home.end(), known->second.copies.begin(), known->second.copies.end());
      known->second = {std::move(part.text), {report}, {}};
    } else {
      entry->second = begin_after(entry->second, hour);
      texts_.back().pieces[part.number] = {std::move(part.text), {report}, {}};
    }
  }
  const std::vector<Gathered>& texts() const { return texts_; }

 private:
  std::size_t begin(int count, std::int64_t hour) {
    texts_.push_back({.count = count, .first_hour = hour, .pieces = {}, .late_copies = {}});
    return texts_.size() - 1;
  }

  /// Whoever sends a text again with a few words changed begins it with parts that look like late copies: the new text has them too.
  std::size_t begin_after(std::size_t before, std::int64_t hour) {
    const std::size_t now = begin(texts_[before].count, hour);
    for (auto& [number, copies] : texts_[before].late_copies) {
      texts_[now].pieces[number] = {texts_[before].pieces.at(number).text, std::move(copies), before};
    }
    texts_[before].late_copies.clear();
    return now;
  }

  std::map<Key, std::size_t> latest_;
  std::vector<Gathered> texts_;
};

void add_new(std::vector<std::string>& to, std::vector<std::string> flags) {
  for (std::string& flag : flags) {
    if (std::ranges::find(to, flag) == to.end()) to.push_back(std::move(flag));
  }
}

/// What all reports of a message say together: flags, and the urgency that the server saw.
void add_up(ThreadMessage& message, std::span<const OpenedReport> reports) {
  for (const std::size_t index : message.reports) {
    add_new(message.flags, flags_of(reports[index]));
    message.urgency = std::min<int>(message.urgency, reports[index].row.priority);
  }
}

ThreadMessage from_parts(const Gathered& gathered, std::span<const OpenedReport> reports) {
  ThreadMessage message;
  message.parts = gathered.count;
  for (const auto& [number, piece] : gathered.pieces) message.reports.insert(message.reports.end(), piece.copies.begin(), piece.copies.end());
  for (const auto& [number, copies] : gathered.late_copies) message.reports.insert(message.reports.end(), copies.begin(), copies.end());
  std::ranges::sort(message.reports);
  add_up(message, reports);

  // Words that end where a part is missing must not be taken for whole ones with what comes after it.
  std::vector<int> gap;
  std::string run;
  const auto end_run = [&] {
    if (!run.empty()) message.urgency = std::min<int>(message.urgency, sms::priority_of(run));
    message.text += run;
    run.clear();
  };
  const auto end_gap = [&](bool is_last) {
    if (gap.empty()) return;
    if (!message.text.empty()) message.text += "\n";
    message.text += missing_text(gap, gathered.count);
    if (!is_last) message.text += "\n";
    gap.clear();
  };
  for (int number = 1; number <= gathered.count; ++number) {
    const auto piece = gathered.pieces.find(number);
    if (piece == gathered.pieces.end()) {
      end_run();
      gap.push_back(number);
      message.missing.push_back(number);
    } else {
      end_gap(false);
      run += piece->second.text;
    }
  }
  end_run();
  end_gap(true);
  if (!message.missing.empty()) add_new(message.flags, {"incomplete"});
  return message;
}

}  // namespace

namespace {

/// Takes what brings a picture out of the messages, to the message that names it.
void join_pictures(std::vector<ThreadMessage>& messages, std::span<const OpenedReport> reports) {
  std::map<std::string, std::size_t> named;   // by reference: the message's place
  for (std::size_t i = 0; i < messages.size(); ++i) {
    for (const std::size_t index : messages[i].reports) {
      for (std::string& reference : picture_references(reports[index])) named.try_emplace(std::move(reference), i);
    }
  }
  std::vector<bool> joined(messages.size());
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const std::string reference = brought_picture(reports[messages[i].reports.front()]);
    const auto home = reference.empty() ? named.end() : named.find(reference);
    if (home == named.end()) continue;
    messages[home->second].pictures.push_back(messages[i].reports.front());
    joined[i] = true;
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (joined[i]) continue;
    if (kept != i) messages[kept] = std::move(messages[i]);
    ++kept;
  }
  messages.erase(messages.begin() + static_cast<std::ptrdiff_t>(kept), messages.end());
}

}  // namespace

std::vector<ThreadMessage> messages_of(std::span<const OpenedReport> reports) {
  std::vector<ThreadMessage> messages;
  Gathering gathering;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    if (auto part = part_of(reports[i])) {
      gathering.add(std::move(*part), i, reports[i].row.received_hour);
      continue;
    }
    ThreadMessage message;
    message.reports = {i};
    message.text = text_of(reports[i].content);
    add_up(message, reports);
    messages.push_back(std::move(message));
  }
  for (const Gathered& text : gathering.texts()) messages.push_back(from_parts(text, reports));
  std::ranges::sort(messages, {}, [](const ThreadMessage& message) { return message.reports.front(); });
  join_pictures(messages, reports);
  return messages;
}

std::string missing_text(std::span<const int> missing, int parts) {
  std::string text = missing.size() == 1 ? "[part " : "[parts ";
  for (std::size_t i = 0; i < missing.size(); ++i) {
    std::size_t last = i;
    while (last + 1 < missing.size() && missing[last + 1] == missing[last] + 1) ++last;
    if (i != 0) text += ", ";
    text += std::to_string(missing[i]);
    if (last != i) text += (last == i + 1 ? ", " : " to ") + std::to_string(missing[last]);
    i = last;
  }
  return text + " of " + std::to_string(parts) + (missing.size() == 1 ? " has not come]" : " have not come]");
}

std::vector<std::string> flags_of(const OpenedReport& report) {
  std::vector<std::string> flags;
  const json::value* list = report.content.if_contains("flags");
  if (report.row.channel != storage::Channel::sms || list == nullptr || !list->is_array()) return flags;
  for (const json::value& flag : list->get_array()) {
    if (flag.is_string()) add_new(flags, {std::string(flag.get_string())});
  }
  return flags;
}

}  // namespace hotline::cli
