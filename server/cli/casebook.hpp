#pragma once

#include "server/cli/case_facts.hpp"
#include "server/cli/connection.hpp"
#include "server/cli/opened.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hotline::cli {

/// Reports that belong together, because they carry the same way back (mailbox, or SMS number), and their case, if one is open.
struct Thread {
  std::vector<OpenedReport> reports;           ///< oldest first; never empty
  std::optional<storage::Case> case_;
  std::vector<CaseId> cases;                   ///< more than one when two opened a case for it at the same moment
  std::vector<std::string> linked;             ///< ids of all reports that its cases are about, those of other threads too
  std::vector<OpenedEvent> events;             ///< in the order of their numbers
  std::vector<const Thread*> others;           ///< in the same book: those of the other people whom its case is about
  std::shared_ptr<const std::vector<MemberId>> members;   ///< of the desk now; null: not known
  /// Who linked some of its reports to its case is nobody whom the desk knows: removed by a version that kept nothing of them, or left out by the server.
  /// Nothing is decided in such a case before somebody has looked at it and said that they belong together.
  bool link_unknown = false;
  const Thread* home = nullptr;                ///< and there, of one that has no case itself: that of the case which is about it too

  /// What the command line calls it: the id of its first report. It does not change when a case is opened.
  std::string id() const { return to_text(reports.front().row.id); }
  /// 0 to 4: what a member set, or the most urgent of its messages (text_parts.hpp) since then.
  int urgency() const { return facts().urgency; }
  /// "new", "open", "close_asked" or "closed".
  std::string_view state() const;
  /// What its events say; reads them all.
  CaseFacts facts() const { return facts_of(*this); }
};

/// The thread that has the case, where any has: what is done is recorded there.
inline const Thread& home_of(const Thread& thread) { return thread.home != nullptr ? *thread.home : thread; }

/// Ids of the reports that a case's events link to it, as far as they count.
std::vector<std::string> linked_reports(const std::vector<OpenedEvent>& events);

/// All that a member can read of their desk, opened on this machine. Which reports belong together is found here:
/// the server does not know it.
class Casebook {
 public:
  /// Its threads point at each other: it can be moved and not copied.
  Casebook(Casebook&&) = default;
  Casebook& operator=(Casebook&&) = default;

  /// `progress` is told how many reports were opened so far.
  static Outcome<Casebook> load(ConsoleClient& client, Workplace workplace, const std::function<void(std::size_t)>& progress);

  const DeskView& desk() const noexcept { return desk_; }
  const Keyring& keyring() const noexcept { return keyring_; }
  const std::vector<Thread>& threads() const noexcept { return threads_; }
  /// Cases whose reports are all gone: someone deleted them while a colleague was writing.
  const std::vector<CaseId>& leftovers() const noexcept { return leftovers_; }
  /// Cases of which cannot be told what they are about: not all opens, or who linked reports to them is unknown and so is all else who wrote there.
  /// Those reports are in no case, as far as can be known.
  const std::vector<CaseId>& unplaced() const noexcept { return unplaced_; }
  /// Reports that stand in cases which this member cannot open, a colleague's: in no thread.
  const std::vector<ReportId>& elsewhere() const noexcept { return elsewhere_; }
  /// By the id of any of its reports or of its case, or by an unambiguous beginning of at least four digits.
  Outcome<const Thread*> find(std::string_view id) const;

 private:
  Casebook() = default;
  struct OpenedCase;
  static Outcome<std::vector<OpenedCase>> open_cases(ConsoleClient& client, const Keyring& keyring, const DeskView& desk);
  void place(std::vector<OpenedCase> cases);
  void leave_out_elsewhere();

  DeskView desk_;
  Keyring keyring_;
  std::vector<Thread> threads_;
  std::vector<CaseId> leftovers_;
  std::vector<CaseId> unplaced_;
  std::vector<std::string> named_;             ///< ids of reports that links name which do not count, and no link that counts
  std::vector<ReportId> elsewhere_;
};

}  // namespace hotline::cli
