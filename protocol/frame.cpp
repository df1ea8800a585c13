#include "protocol/frame.hpp"

#include <cassert>
#include <cstring>
#include <utility>

#include "protocol/frame_pool.hpp"

namespace troupe {

void intrusive_ptr_add_ref(const frame* self) noexcept {
  self->references_.fetch_add(1, std::memory_order_relaxed);
}

void intrusive_ptr_release(const frame* self) noexcept {
  if (self->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) frame_store::give_back(self);
}

frame_builder::frame_builder() : frame_(new frame) {}

frame_builder::frame_builder(frame_builder&& other) noexcept
    : frame_(std::exchange(other.frame_, nullptr)) {}

frame_builder::~frame_builder() {
  if (frame_ != nullptr) frame_store::give_back(frame_);
}

std::span<std::byte, wire::max_payload_size> frame_builder::packet_space() {
  return std::span<std::byte, wire::max_payload_size>{frame_->image_.data() + wire::header_size,
                                                      wire::max_payload_size};
}

frame_ptr frame_builder::finish(std::size_t packet_size, const frame_info& info) && {
  assert(packet_size <= wire::max_payload_size);
  auto* done = std::exchange(frame_, nullptr);
  done->info_ = info;
  done->size_ = wire::header_size + packet_size;
  wire::encode_header(
      {wire::message_type::opus_frame, static_cast<std::uint32_t>(packet_size), info.captured},
      std::span<std::byte, wire::header_size>{done->image_.data(), wire::header_size});
  return frame_ptr{done};
}

frame_ptr make_frame(std::span<const std::byte> packet, const frame_info& info) {
  frame_builder builder;
  if (!packet.empty()) std::memcpy(builder.packet_space().data(), packet.data(), packet.size());
  return std::move(builder).finish(packet.size(), info);
}

}  // namespace troupe
