// The rules between options: what one option implies about another, which ones contradict each
// other, and which are not there yet. Looks at options only; addresses, files and the machine are
// the program's part.
#pragma once

#include "conf/diagnostic.h"
#include "conf/load_turnserver.h"
#include "conf/turnserver_config.h"

namespace turnpike::conf {

/// Fills in what follows from what was given, with Origin::Source::kImplied.
void imply_turnserver(TurnserverConfig& config, const HostFacts& host, Diagnostics& diagnostics);

/// After imply_turnserver. Warns about every option that has no effect and reports every
/// contradiction.
void check_turnserver(const TurnserverConfig& config, Diagnostics& diagnostics);

}  // namespace turnpike::conf
