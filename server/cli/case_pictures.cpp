#include "server/cli/case_pictures.hpp"

#include "server/cli/case_view.hpp"
#include "server/cli/terminal.hpp"
#include "server/console/records.hpp"

#include <algorithm>

namespace hotline::cli {

namespace {

namespace json = boost::json;

/// What the gateway said of its pictures. A picture has none of its own: else two could each belong to the other, and neither be shown.
std::vector<const json::object*> told_of(const OpenedReport& report) {
  std::vector<const json::object*> told;
  const bool is_text = report.row.channel == storage::Channel::sms && string_of(report.content, "type") != "media";
  const json::value* media = is_text ? report.content.if_contains("media") : nullptr;
  if (media == nullptr || !media->is_array()) return told;
  for (const json::value& one : media->get_array()) {
    if (one.is_object()) told.push_back(&one.get_object());
  }
  return told;
}

/// Why, in words: docs/formats.md, "media".
std::string problem_words(const std::string& problem) {
  if (problem == "too-large") return "it is larger than the server takes";
  if (problem == "not-allowed") return "it is not where this gateway's pictures may be fetched from; tell the operator";
  if (problem == "refused") return "the gateway did not give it out; it may be gone, or the account is not accepted";
  if (problem == "no-answer") return "the gateway could not be reached, or broke off";
  if (problem == "not-stored") return "the server could not store it";
  return problem;
}

json::object picture(const Thread& thread, const ThreadMessage& message, const json::object& told) {
  json::object entry{{"type", string_of(told, "type")}};
  const std::string reference = string_of(told, "reference");
  if (reference.empty()) {
    entry["state"] = "not-fetched";
    entry["url"] = string_of(told, "url");
    return entry;
  }
  entry["state"] = "waiting";
  for (const std::size_t index : message.pictures) {
    const OpenedReport& report = thread.reports[index];
    if (brought_picture(report) != reference) continue;
    const auto files = attachments_of(report);
    entry["state"] = files.empty() ? "failed" : "here";
    entry["report"] = to_text(report.row.id);
    entry["received"] = hour_text(report.row.received_hour);
    if (files.empty()) {
      entry["problem"] = string_of(report.content, "problem");
      entry["url"] = string_of(told, "url");
    } else {
      entry["type"] = string_of(*files.front(), "media_type");
      entry["file"] = *files.front();
    }
    break;
  }
  return entry;
}

}  // namespace

std::vector<std::string> picture_references(const OpenedReport& report) {
  std::vector<std::string> references;
  for (const json::object* told : told_of(report)) {
    std::string reference = string_of(*told, "reference");
    if (!reference.empty()) references.push_back(std::move(reference));
  }
  return references;
}

std::string brought_picture(const OpenedReport& report) {
  // Whoever seals a report themselves can write what they like into it.
  if (report.row.channel != storage::Channel::sms || string_of(report.content, "type") != "media" || report.content.contains("part")) return {};
  return string_of(report.content, "reference");
}

json::array pictures_of(const Thread& thread, const ThreadMessage& message) {
  json::array pictures;
  for (const std::size_t index : message.reports) {
    for (const json::object* told : told_of(thread.reports[index])) pictures.push_back(picture(thread, message, *told));
  }
  return pictures;
}

std::vector<std::string> picture_lines(const Thread& thread, const ThreadMessage& message) {
  std::vector<std::string> lines;
  for (const json::value& value : pictures_of(thread, message)) {
    const json::object& entry = value.get_object();
    const std::string type = string_of(entry, "type");
    const std::string name = "picture" + (type.empty() ? std::string() : " (" + type + ")");
    const std::string state = string_of(entry, "state");
    if (state == "here") {
      const json::object& file = entry.at("file").get_object();
      const json::value* bytes = file.if_contains("bytes");
      lines.push_back("file: " + string_of(file, "name") + ", " + (bytes != nullptr ? json::serialize(*bytes) : "?") + " bytes, SHA-256 " +
                      string_of(file, "sha256"));
    } else if (state == "waiting") {
      lines.push_back(name + ": is still to be fetched from the gateway");
    } else if (state == "failed") {
      lines.push_back("! " + name + ": could not be fetched: " + problem_words(string_of(entry, "problem")));
    } else {
      lines.push_back(name + ": kept by the gateway; its address is in case show --json");
    }
  }
  return lines;
}

}  // namespace hotline::cli
