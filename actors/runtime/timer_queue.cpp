#include "actors/runtime/timer_queue.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/error.hpp>
#include <caf/group.hpp>
#include <caf/sec.hpp>
#include <caf/system_messages.hpp>

namespace troupe::runtime {
namespace {

caf::strong_actor_ptr pointer_to(caf::abstract_actor* actor) {
  return caf::actor_cast<caf::strong_actor_ptr>(actor);
}

caf::mailbox_element_ptr timeout(const caf::strong_actor_ptr& self, caf::atom_value type,
                                 std::uint64_t id) {
  return caf::make_mailbox_element(self, caf::make_message_id(), {}, caf::timeout_msg{type, id});
}

}  // namespace

bool timer_queue::is_later(const entry& left, const entry& right) {
  return std::pair{left.due, left.number} > std::pair{right.due, right.number};
}

void timer_queue::add(entry added) {
  bool is_first = false;
  {
    const std::lock_guard lock{mutex_};
    is_first = heap_.empty() || added.due < heap_.front().due;
    added.number = next_number_++;
    const bool is_timeout = added.name.kind != timeout_name::sort::message;
    heap_.push_back(std::move(added));
    timeouts_ += is_timeout ? 1 : 0;
    std::push_heap(heap_.begin(), heap_.end(), is_later);
  }
  if (is_first) first_changed_();
}

std::optional<steady_time> timer_queue::next_due() const {
  const std::lock_guard lock{mutex_};
  if (heap_.empty()) return std::nullopt;
  return heap_.front().due;
}

std::optional<timer_queue::entry> timer_queue::take_due(steady_time now) {
  const std::lock_guard lock{mutex_};
  if (heap_.empty() || heap_.front().due > now) return std::nullopt;
  std::pop_heap(heap_.begin(), heap_.end(), is_later);
  auto taken = std::move(heap_.back());
  heap_.pop_back();
  timeouts_ -= taken.name.kind == timeout_name::sort::message ? 0 : 1;
  return taken;
}

/// One by one: who is sent something may set another at once.
void timer_queue::send_due(steady_time now) {
  while (auto next = take_due(now)) next->receiver->enqueue(std::move(next->content), nullptr);
}

/// What is cancelled is let go of with the lock open: actors may be deleted then.
template <class Predicate>
void timer_queue::cancel(const Predicate& is_meant) {
  entries cancelled;
  const std::lock_guard lock{mutex_};
  if (timeouts_ == 0) return;
  cancelled.reserve(timeouts_);  // or nothing is changed
  const auto rest = std::partition(heap_.begin(), heap_.end(), [&](const entry& each) {
    return each.name.kind == timeout_name::sort::message || !is_meant(each.name);
  });
  cancelled.assign(std::make_move_iterator(rest), std::make_move_iterator(heap_.end()));
  timeouts_ -= cancelled.size();
  heap_.erase(rest, heap_.end());
  std::make_heap(heap_.begin(), heap_.end(), is_later);
}

/// Takes the place of an earlier one of its type.
void timer_queue::set_ordinary_timeout(time_point when, caf::abstract_actor* self,
                                       caf::atom_value type, std::uint64_t id) {
  cancel_ordinary_timeout(self, type);
  const auto receiver = pointer_to(self);
  add({.due = when,
       .receiver = receiver,
       .content = timeout(receiver, type, id),
       .name = {timeout_name::sort::ordinary, self->id(), caf::atom_uint(type)}});
}

void timer_queue::set_multi_timeout(time_point when, caf::abstract_actor* self,
                                    caf::atom_value type, std::uint64_t id) {
  const auto receiver = pointer_to(self);
  add({.due = when,
       .receiver = receiver,
       .content = timeout(receiver, type, id),
       .name = {timeout_name::sort::multi, self->id(), id}});
}

void timer_queue::set_request_timeout(time_point when, caf::abstract_actor* self,
                                      caf::message_id id) {
  const auto receiver = pointer_to(self);
  add({.due = when,
       .receiver = receiver,
       .content =
           caf::make_mailbox_element(receiver, id, {}, caf::make_error(caf::sec::request_timeout)),
       .name = {timeout_name::sort::request, self->id(), id.integer_value()}});
}

void timer_queue::cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) {
  const timeout_name meant{timeout_name::sort::ordinary, self->id(), caf::atom_uint(type)};
  cancel([&](const timeout_name& name) { return name == meant; });
}

void timer_queue::cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) {
  const timeout_name meant{timeout_name::sort::request, self->id(), id.integer_value()};
  cancel([&](const timeout_name& name) { return name == meant; });
}

void timer_queue::cancel_timeouts(caf::abstract_actor* self) {
  cancel([&](const timeout_name& name) { return name.actor == self->id(); });
}

void timer_queue::schedule_message(time_point when, caf::strong_actor_ptr receiver,
                                   caf::mailbox_element_ptr content) {
  add({.due = when, .receiver = std::move(receiver), .content = std::move(content), .name = {}});
}

void timer_queue::schedule_message(time_point /*when*/, caf::group /*target*/,
                                   caf::strong_actor_ptr /*sender*/, caf::message /*content*/) {
  throw std::logic_error{"nothing can be sent to a group of actors at a later time"};
}

void timer_queue::cancel_all() {
  entries cancelled;
  const std::lock_guard lock{mutex_};
  cancelled.swap(heap_);
  timeouts_ = 0;
}

}  // namespace troupe::runtime
