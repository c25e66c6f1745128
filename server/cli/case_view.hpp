#pragma once

#include "server/cli/case_facts_view.hpp"
#include "server/cli/casebook.hpp"
#include "storage/outbox.hpp"

#include <boost/json.hpp>

#include <string>
#include <vector>

namespace hotline::cli {

/// How cases look on the command line.

/// The most urgent first, then those who wait for an answer to a wish to delete, then the longest waiting.
std::vector<const Thread*> by_urgency(const Casebook& book);

/// id, received, channel, urgency, state, text (of the first message), messages and reports (how many), flags (of all messages, where
/// there are any); what holds now: never, consents, write_back, withdrawn; while one is open:
/// wish ("delete") and wish_since; deletion ("begun") when one is half done.
/// `frame`: what the desk says of it too, see add_facts().
boost::json::object summary(const Thread& thread, const FactsFrame* frame = nullptr);
/// One line: "2 high        new           2026-11-23 17:00 UTC  web   1a2b3c4d  first words…".
std::string summary_line(const Thread& thread, const FactsFrame* frame = nullptr);

/// The summary, and the timeline with the whole content of every report. A text that came in parts is one entry, its `parts` the reports
/// that make it.
/// `texts`: what has become of those that were sent, from the server.
boost::json::object whole(const Thread& thread, const std::vector<storage::TextRow>& texts = {}, const FactsFrame* frame = nullptr);
/// The same for reading on a terminal.
std::string page(const Thread& thread, const std::vector<storage::TextRow>& texts = {}, const FactsFrame* frame = nullptr);

std::vector<const boost::json::object*> attachments_of(const OpenedReport& report);
/// A name for an exported file: its id and the sender's own ending when that is plain; never a path.
std::string file_name_of(const boost::json::object& attachment);

}  // namespace hotline::cli
