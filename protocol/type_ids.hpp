#pragma once

#include "protocol/interfaces.hpp"

/// Numbers and names of the types that Troupe's messages hold. Added at the end only: the numbers
/// are the same on every node.
CAF_BEGIN_TYPE_ID_BLOCK(troupe, first_custom_type_id)

CAF_ADD_TYPE_ID(troupe, (troupe::stream_format))
CAF_ADD_TYPE_ID(troupe, (troupe::codec_settings))
CAF_ADD_TYPE_ID(troupe, (troupe::peer_identity))
CAF_ADD_TYPE_ID(troupe, (troupe::readiness))
CAF_ADD_TYPE_ID(troupe, (troupe::delivery_counters))
CAF_ADD_TYPE_ID(troupe, (troupe::client_report))
CAF_ADD_TYPE_ID(troupe, (troupe::clients_report))
CAF_ADD_TYPE_ID(troupe, (troupe::processor_report))
CAF_ADD_TYPE_ID(troupe, (troupe::source_report))
CAF_ADD_TYPE_ID(troupe, (troupe::latency_batch))
CAF_ADD_TYPE_ID(troupe, (troupe::latency_summary))
CAF_ADD_TYPE_ID(troupe, (std::vector<troupe::latency_summary>))
CAF_ADD_TYPE_ID(troupe, (troupe::connection_actor))
CAF_ADD_TYPE_ID(troupe, (troupe::client_number))
CAF_ADD_TYPE_ID(troupe, (troupe::latency_report))
CAF_ADD_TYPE_ID(troupe, (troupe::delivery_tuning))
CAF_ADD_TYPE_ID(troupe, (troupe::system_reading))
CAF_ADD_TYPE_ID(troupe, (troupe::adaptation_report))
CAF_ADD_TYPE_ID(troupe, (troupe::link_request))
CAF_ADD_TYPE_ID(troupe, (troupe::link_offer))
CAF_ADD_TYPE_ID(troupe, (troupe::link_path))
CAF_ADD_TYPE_ID(troupe, (troupe::link_frame))
CAF_ADD_TYPE_ID(troupe, (troupe::link_credit))
CAF_ADD_TYPE_ID(troupe, (troupe::link_goodbye))
CAF_ADD_TYPE_ID(troupe, (troupe::clock_question))
CAF_ADD_TYPE_ID(troupe, (troupe::clock_answer))
CAF_ADD_TYPE_ID(troupe, (troupe::link_receiver_actor))
CAF_ADD_TYPE_ID(troupe, (troupe::link_sender_actor))
CAF_ADD_TYPE_ID(troupe, (troupe::inspection_question))
CAF_ADD_TYPE_ID(troupe, (troupe::inspection_continuation))
CAF_ADD_TYPE_ID(troupe, (troupe::inspection_answer))

CAF_END_TYPE_ID_BLOCK(troupe)

// A descriptor, or memory that is shared, means nothing outside its process.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::accepted_client)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::arriving_client)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::frame_inbox_ptr)
