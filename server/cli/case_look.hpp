#pragma once

#include "server/cli/case_desk.hpp"

#include <string>
#include <vector>

namespace hotline::cli {

/// Records that this member sees a case, signed and sealed, before it is shown: in the case, which is then also about what came since by the
/// same way back; beside each report when there is no case yet. Once an hour is enough. `why` may be empty. `what`: "number" for a phone number;
/// empty for the case or its reports themselves.
Outcome<void> record_look(OpenDesk& open, const std::string& id, const std::string& why = {}, const std::string& what = {});

/// Who saw the reports of a thread, as it stands beside them; fetched. Those that somebody saw in its case are in its facts.
Outcome<std::vector<Sighting>> views_of(OpenDesk& open, const Thread& thread);

}  // namespace hotline::cli
