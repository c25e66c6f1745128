#include "server/cli/hold_view.hpp"

#include "server/cli/case_facts.hpp"
#include "server/cli/terminal.hpp"

namespace hotline::cli {

std::string hold_line(const storage::Hold& hold, const DeskView& desk) {
  const std::string by = " by " + name_of(desk, hold.by) + ", " + hour_text(hold.hour);
  switch (hold.state) {
    case storage::HoldState::none: return {};
    case storage::HoldState::proposed: return "Legal hold: asked for" + by + "; another member confirms it with hotline case hold ID --confirm\n";
    case storage::HoldState::held: return "Legal hold: confirmed" + by + "; nothing of this is deleted\n";
    case storage::HoldState::lifting: return "Legal hold: its end was asked for" + by + "; another member confirms that with hotline case hold ID --confirm-lift\n";
  }
  return {};
}

}  // namespace hotline::cli
