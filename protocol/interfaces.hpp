#pragma once

#include "protocol/atoms.hpp"
#include "protocol/frame_inbox.hpp"
#include "protocol/inspection.hpp"
#include "protocol/link.hpp"
#include "protocol/messages.hpp"

/// The cast: what each actor understands. A handle of one of these types is all that an actor
/// knows of another.
namespace troupe {

/// Owns one client: its descriptor, its queue and its account. Is woken up for frames that are to
/// be sent, or dropped by a named cause.
using connection_actor =
    caf::typed_actor<caf::reacts_to<stream_format>,  // in force when the client joined
                     caf::reacts_to<readiness>, caf::reacts_to<stall_atom>,
                     caf::reacts_to<beat_atom>,
                     caf::reacts_to<tick_atom>,        // hand over what was counted
                     caf::reacts_to<delivery_tuning>,  // what clients without trouble have
                     caf::reacts_to<drain_atom, std::chrono::nanoseconds>,
                     caf::reacts_to<evict_atom>, caf::reacts_to<dismiss_atom, std::string>>;

/// The sending end of a link: one node's client in another. A connection, as far as its own node is
/// concerned.
using link_sender_actor =
    connection_actor::extend<caf::reacts_to<link_credit>, caf::reacts_to<link_goodbye>,
                             caf::replies_to<clock_question>::with<clock_answer>>;

/// Checks each frame of its backlog, for which it is woken up, and hands it to every connection
/// that joined.
using frame_processor_actor =
    caf::typed_actor<caf::reacts_to<caf::join_atom, connection_actor, frame_inbox_ptr>,
                     caf::replies_to<report_atom>::with<processor_report>>;

/// Has a connection made for each client, and keeps all clients' accounts.
using client_registry_actor =
    caf::typed_actor<caf::reacts_to<accepted_client>,
                     caf::replies_to<arriving_client>::with<caf::strong_actor_ptr>,
                     caf::reacts_to<client_report>,    // an account, closed if it has a reason
                     caf::reacts_to<tick_atom>,        // a second has passed
                     caf::reacts_to<delivery_tuning>,  // what clients without trouble have
                     caf::reacts_to<evict_atom>,  // newer clients have had time to prove themselves
                     caf::replies_to<drain_atom, std::chrono::nanoseconds>::with<clients_report>,
                     caf::replies_to<report_atom>::with<clients_report>>;

/// Takes clients in at the door.
using acceptor_actor = caf::typed_actor<caf::reacts_to<readiness>, caf::reacts_to<tick_atom>,
                                        caf::replies_to<stop_atom>::with<bool>>;

/// Reads sound, encodes it and posts the frames to a backlog. Is woken up when the next is due.
using source_actor =
    caf::typed_actor<caf::reacts_to<readiness>,
                     caf::reacts_to<codec_settings>,  // from the next frame on; may be refused
                     caf::replies_to<stop_atom>::with<source_report>,
                     caf::replies_to<report_atom>::with<source_report>>;

/// The receiving end of a link, in the place of a source.
using link_receiver_actor =
    source_actor::extend<caf::reacts_to<link_frame>, caf::reacts_to<link_path>,
                         caf::reacts_to<link_goodbye>, caf::reacts_to<tick_atom>>;

/// Where nodes ask for this one's stream.
using link_door_actor = caf::typed_actor<
    caf::replies_to<link_request, link_receiver_actor>::with<link_offer, link_sender_actor>>;

/// Answers inspectors, a part at a time: what peers may say to it.
using inspected_actor =
    caf::typed_actor<caf::replies_to<inspection_question>::with<inspection_answer>,
                     caf::replies_to<inspection_continuation>::with<inspection_answer>>;

/// Where inspectors at other nodes ask.
using inspection_door_actor =
    inspected_actor::extend<caf::reacts_to<tick_atom>>;  // see who has gone quiet

/// What peers reach at a node's port.
using front_door_actor = link_door_actor::extend_with<inspected_actor>;

/// An inspector's end: a call to one node, kept up until it fails.
using inspection_call_actor =
    caf::typed_actor<caf::replies_to<std::string>::with<std::string>,  // a question, its answer
                     caf::reacts_to<readiness>, caf::reacts_to<tick_atom>,
                     caf::reacts_to<stop_atom>>;  // whatever is asked has no answer

/// Watches how long the stages of a frame's way take, and tells when it is too long.
using latency_monitor_actor =
    caf::typed_actor<caf::reacts_to<latency_batch>,
                     caf::reacts_to<gone_atom, client_number>,  // its readings are over
                     caf::reacts_to<tick_atom>,                 // a second has passed
                     caf::replies_to<report_atom>::with<latency_report>>;

/// Has the stream follow what the machine, the clients and the links can bear.
using adaptive_optimiser_actor =
    caf::typed_actor<caf::reacts_to<tick_atom>,       // a second has passed
                     caf::reacts_to<system_reading>,  // how the machine did
                     caf::reacts_to<codec_settings>,  // asked for from now on; may be refused
                     caf::replies_to<report_atom>::with<adaptation_report>>;

/// Reads once a second how the machine and the process do, and tells the optimiser.
using system_sensor_actor = caf::typed_actor<caf::reacts_to<tick_atom>>;

}  // namespace troupe
