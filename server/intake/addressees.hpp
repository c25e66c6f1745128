#pragma once

#include "config/ids.hpp"
#include "server/intake/page_set.hpp"
#include "server/intake/questionnaire.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::intake {

/// The desks that reporters may write to, and what a form says about them: field `desk`, whom to tell, and field `never`, which may
/// come several times, who must not know because they are part of it. Built once, then read by any thread.
class Addressees {
 public:
  /// At least one; the first is for those who choose none.
  explicit Addressees(std::vector<OfferedDesk> offered) : offered_(std::move(offered)) {}

  const std::vector<OfferedDesk>& offered() const { return offered_; }
  DeskId standard() const { return offered_.front().id; }
  bool several() const { return offered_.size() > 1; }

  struct Choice {
    DeskId desk;                          ///< set, with or without a problem: what comes with the form is sealed to somebody
    std::vector<std::string> never;       ///< names as the desks were made
    std::string_view problem;             ///< id of the text that says what to do, or empty
  };
  /// Whom a first report goes to. Problems: "problem.option" for what is no desk, "problem.desk_never" when one is both chosen and
  /// never to know, "problem.desk_none" when nobody is left.
  Choice choose(const Answers& form) const;
  /// The same for those who write again: nothing stored tells which desk they wrote to, so with several they must say it:
  /// "problem.desk_missing".
  Choice choose_again(const Answers& form) const;

 private:
  const OfferedDesk* find(std::string_view id) const;
  Choice read(const Answers& form, bool& said) const;

  std::vector<OfferedDesk> offered_;
};

}  // namespace hotline::intake
