#pragma once

#include "protocol/messages.hpp"

/// The cast: what each actor understands. A handle of one of these types is all that an actor
/// knows of another.
namespace troupe {

/// Time for what was put off: the next frame, the next batch, the next look.
using tick_atom = caf::atom_constant<caf::atom("tick")>;
/// Time to see whether a stalled client has taken anything.
using stall_atom = caf::atom_constant<caf::atom("stall")>;
/// Time to see whether a talking client needs a heartbeat.
using beat_atom = caf::atom_constant<caf::atom("beat")>;
/// End in good order.
using stop_atom = caf::atom_constant<caf::atom("stop")>;
/// Leave, or have others leave, and make room for newer clients.
using evict_atom = caf::atom_constant<caf::atom("evict")>;
/// Send what is queued until the deadline, then end.
using drain_atom = caf::atom_constant<caf::atom("drain")>;
/// Ask for a report.
using report_atom = caf::atom_constant<caf::atom("report")>;
/// Make a child.
using start_atom = caf::atom_constant<caf::atom("start")>;
/// Bring back the children that are due.
using restart_atom = caf::atom_constant<caf::atom("restart")>;
/// The sound is over.
using over_atom = caf::atom_constant<caf::atom("over")>;

/// Owns one client: its descriptor, its queue and its account.
using connection_actor = caf::typed_actor<
    caf::reacts_to<frame_ptr>,      // to be sent, or dropped by a named cause
    caf::reacts_to<stream_format>,  // in force when the client joined
    caf::reacts_to<readiness>, caf::reacts_to<stall_atom>, caf::reacts_to<beat_atom>,
    caf::reacts_to<tick_atom>,  // hand over what was counted
    caf::reacts_to<drain_atom, std::chrono::nanoseconds>, caf::reacts_to<evict_atom>>;

/// Checks each frame and hands it to every connection that joined.
using frame_processor_actor =
    caf::typed_actor<caf::reacts_to<frame_ptr>, caf::reacts_to<caf::join_atom, connection_actor>,
                     caf::replies_to<report_atom>::with<processor_report>>;

/// Has a connection made for each client, and keeps all clients' accounts.
using client_registry_actor =
    caf::typed_actor<caf::reacts_to<accepted_client>,
                     caf::reacts_to<client_report>,  // an account, closed if it has a reason
                     caf::reacts_to<tick_atom>,      // a second has passed
                     caf::reacts_to<evict_atom>,  // newer clients have had time to prove themselves
                     caf::replies_to<drain_atom, std::chrono::nanoseconds>::with<clients_report>,
                     caf::replies_to<report_atom>::with<clients_report>>;

/// Takes clients in at the door.
using acceptor_actor = caf::typed_actor<caf::reacts_to<readiness>, caf::reacts_to<tick_atom>,
                                        caf::replies_to<stop_atom>::with<bool>>;

/// Reads sound, encodes it and sends the frames on.
using source_actor =
    caf::typed_actor<caf::reacts_to<tick_atom>, caf::reacts_to<readiness>,
                     caf::reacts_to<codec_settings>,  // from the next frame on; may be refused
                     caf::replies_to<stop_atom>::with<source_report>,
                     caf::replies_to<report_atom>::with<source_report>>;

/// Watches how long the stages of a frame's way take.
using latency_monitor_actor =
    caf::typed_actor<caf::reacts_to<latency_batch>,
                     caf::replies_to<report_atom>::with<std::vector<latency_summary>>>;

/// Starts its children in order, restarts what fails and stops them in reverse.
using supervisor_actor = caf::typed_actor<
    caf::reacts_to<tick_atom>,     // time to look whether a child is stuck
    caf::reacts_to<restart_atom>,  // a child may be due
    caf::replies_to<start_atom, child_maker>::with<caf::strong_actor_ptr>,  // where all are alike
    caf::reacts_to<stop_atom>, caf::replies_to<report_atom>::with<supervision_report>>;

}  // namespace troupe
