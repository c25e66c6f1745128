#pragma once

#include "server/cli/case_facts.hpp"
#include "server/cli/console_client.hpp"
#include "server/cli/keyring.hpp"

#include <boost/json.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hotline::cli {

/// A report as the caseworker reads it. `problem` says why it could not be opened; then `content` is empty.
struct OpenedReport {
  storage::ReportRow row;
  boost::json::object content;      ///< docs/formats.md: report, followup or sms
  std::string problem;
};

/// An event of a case as recorded and signed by a colleague.
struct OpenedEvent {
  storage::Event row;
  boost::json::object content;      ///< the signed object
  std::string author;               ///< name_of()
  std::string problem;              ///< not opened, or its signature does not hold
  std::optional<storage::Role> author_role;   ///< none: nobody has vouched for the author

  /// Whether what it says is to be believed.
  bool counts() const noexcept { return problem.empty(); }
};

/// Opens a report with the key of its epoch, or with an older one that the keyring holds.
OpenedReport open_report(storage::ReportRow row, const Keyring& keyring, const DeskView& desk);

/// Opens an event of a case, with the key of now or an earlier one, and checks whose it is.
OpenedEvent open_event(storage::Event row, std::span<const crypto::age::Identity> identities, const DeskView& desk);

/// That somebody saw a report, as it is stored beside it; nothing when it does not open or its signature does not hold.
std::optional<Sighting> open_view(ReportId report, const ReportView& row, const crypto::age::Identity& identity, const DeskView& desk);

/// A case's summary; nothing when it does not open, or is not signed by a member of the desk.
std::optional<boost::json::object> open_summary(CaseId id, Bytes sealed, std::span<const crypto::age::Identity> identities, const DeskView& desk);

/// The words of a report in one string: free text, or what there is of answers.
std::string text_of(const boost::json::object& content);
/// A string member, or empty.
std::string string_of(const boost::json::object& object, std::string_view name);

}  // namespace hotline::cli
