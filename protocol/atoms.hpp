#pragma once

#include <caf/atom.hpp>

/// The verbs that actors say to each other.
namespace troupe {

/// Time for what was put off: the next batch, the next look.
using tick_atom = caf::atom_constant<caf::atom("tick")>;
/// Time to see whether a stalled client has taken anything.
using stall_atom = caf::atom_constant<caf::atom("stall")>;
/// Time to see whether a talking client needs a heartbeat.
using beat_atom = caf::atom_constant<caf::atom("beat")>;
/// End in good order.
using stop_atom = caf::atom_constant<caf::atom("stop")>;
/// Leave, or have others leave, and make room for newer clients.
using evict_atom = caf::atom_constant<caf::atom("evict")>;
/// Close this client, for the reason that comes with it.
using dismiss_atom = caf::atom_constant<caf::atom("dismiss")>;
/// Send what is queued until the deadline, then end.
using drain_atom = caf::atom_constant<caf::atom("drain")>;
/// Ask for a report.
using report_atom = caf::atom_constant<caf::atom("report")>;
/// Make a child.
using start_atom = caf::atom_constant<caf::atom("start")>;
/// Bring back the children that are due.
using restart_atom = caf::atom_constant<caf::atom("restart")>;
/// A client is gone.
using gone_atom = caf::atom_constant<caf::atom("gone")>;
/// The sound is over.
using over_atom = caf::atom_constant<caf::atom("over")>;

}  // namespace troupe
