#include "actors/probe/actor_probe.hpp"

#include <algorithm>
#include <limits>
#include <memory_resource>
#include <new>
#include <thread>
#include <utility>

#include "actors/probe/probe_board.hpp"

namespace troupe::probe {
namespace {

using std::chrono::nanoseconds;

/// A message whose waiting is timed, and that has not been taken up by then, never will be: another
/// one may be timed.
constexpr std::chrono::seconds lost_after{10};

/// A look at the clock is a third of what a turn costs.
constexpr unsigned wake_ups_for_one_timed = 4;

constexpr auto wake_up = message_kind::of(caf::atom("wake_up"));

/// Keeps a flag for itself. Whoever has it has it for a microsecond or so, at most every sixteenth
/// turn, or when somebody looks.
class holding {
 public:
  explicit holding(std::atomic_flag& flag) noexcept : flag_(flag) {
    while (flag_.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
  }
  holding(const holding&) = delete;
  holding& operator=(const holding&) = delete;
  ~holding() { flag_.clear(std::memory_order_release); }

 private:
  std::atomic_flag& flag_;
};

steady_time now() noexcept { return std::chrono::steady_clock::now(); }

}  // namespace

/// Messages of one kind from one kind of actors.
struct actor_probe::handler {
  handler(message_kind its_message, actor_kind its_from, std::pmr::memory_resource& memory)
      : message(its_message), from(its_from), busy(memory), wait(memory) {}

  void add(nanoseconds its_busy, nanoseconds its_wait) noexcept {
    busy.add(its_busy);
    if (its_wait.count() > 0) wait.add(its_wait);
  }

  const message_kind message;
  const actor_kind from;
  duration_histogram busy;
  duration_histogram wait;
  std::atomic<handler*> next{nullptr};
};

actor_probe::actor_probe(std::shared_ptr<probe_board> board) : board_(std::move(board)) {}

actor_probe::~actor_probe() {
  for (auto* each = handlers_.load(); each != nullptr;) {
    auto* const next = each->next.load();
    std::pmr::polymorphic_allocator<handler>{&board_->memory()}.delete_object(each);
    each = next;
  }
}

void actor_probe::begin_turn(message_kind message) noexcept {
  turns_.begin(message, is_timing() ? now() : steady_time{});
}

void actor_probe::end_turn(actor_kind from, steady_time sent) noexcept {
  if (!is_timing()) {
    turns_.end();
    return;
  }
  const auto began = turns_.began();
  const nanoseconds took = now() - began;
  const nanoseconds waited =
      sent == steady_time{} ? nanoseconds{0} : std::max(nanoseconds{began - sent}, nanoseconds{1});
  take_down(handler_for_turn(from), took, waited);
  if (auto& trace = board_->trace(); trace.is_on())
    trace.note(traced_turn{.at = began,
                           .took = took,
                           .actor = {kind(), number()},
                           .message = turns_.message(),
                           .from = from});
  turns_.end();
}

void actor_probe::note_frame(frame_step step, const frame_info& frame) const {
  if (is_timing() && board_->trace().is_on()) note_frame(step, frame, now());
}

void actor_probe::note_frame(frame_step step, const frame_info& frame, steady_time at) const {
  if (!is_timing()) return;
  if (auto& trace = board_->trace(); trace.is_on())
    trace.note(traced_step{.at = at,
                           .actor = {kind(), number()},
                           .step = step,
                           .frame = frame.sequence,
                           .stream = frame.stream});
}

void actor_probe::note_message(const caf::mailbox_element& message) noexcept {
  if (!is_timing()) return;
  sent_.fetch_add(1, std::memory_order_relaxed);
  const auto* timed = timed_.load(std::memory_order_relaxed);
  const auto when = timed == nullptr ? steady_time{} : now();
  const bool is_free =
      timed == nullptr || when - timed_since_.load(std::memory_order_relaxed) > lost_after;
  if (!is_free) return;
  if (!timed_.compare_exchange_strong(timed, &message, std::memory_order_relaxed)) return;
  timed_since_.store(now(), std::memory_order_relaxed);  // the mailbox publishes it
}

steady_time actor_probe::take_up(const caf::mailbox_element& message) noexcept {
  if (!is_timing()) return {};
  const auto waited = waiting();
  if (waited > most_waiting()) most_waiting_.store(waited, std::memory_order_relaxed);
  taken_up_.store(taken_up_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  if (timed_.load(std::memory_order_relaxed) != &message) return {};
  const auto since = timed_since_.load(std::memory_order_relaxed);
  timed_.store(nullptr, std::memory_order_relaxed);
  return since;
}

void actor_probe::note_wake_up() noexcept {
  if (!is_timing()) return;
  const bool is_timed = noted_count_.load(std::memory_order_relaxed) % wake_ups_for_one_timed == 0;
  woken_at_.store(is_timed ? now() : steady_time{}, std::memory_order_relaxed);
}

void actor_probe::set_usual_kind(actor_kind kind) noexcept {
  auto unknown = actor_kind::nobody;
  kind_.compare_exchange_strong(unknown, kind, std::memory_order_relaxed);
}

std::uint64_t actor_probe::waiting() const noexcept {
  const auto taken_up = taken_up_.load(std::memory_order_relaxed);
  const auto sent = sent_.load(std::memory_order_relaxed);
  return sent > taken_up ? sent - taken_up : 0;  // CAF gives some twice, which it kept for later
}

void actor_probe::take_down(handler_index of, nanoseconds busy, nanoseconds wait) noexcept {
  constexpr nanoseconds longest_wait{std::numeric_limits<std::uint32_t>::max()};
  if (of < most_indexed && busy <= noted_turn::longest && wait <= longest_wait) {
    note(of, busy, wait);
  } else if (auto* const found = handler_at(of); found != nullptr) {
    const holding hold{adding_up_};
    found->add(busy, wait);
  }
}

void actor_probe::note(handler_index of, nanoseconds busy, nanoseconds wait) noexcept {
  auto count = noted_count_.load(std::memory_order_relaxed);
  if (count == most_noted) {
    add_up_noted();
    count = 0;
  }
  auto& next = noted_[count];
  const auto its_busy = static_cast<std::uint32_t>(busy.count()) << noted_turn::index_bits;
  next.busy_and_handler.store(its_busy | of, std::memory_order_relaxed);
  next.wait.store(static_cast<std::uint32_t>(wait.count()), std::memory_order_relaxed);
  noted_count_.store(static_cast<std::uint8_t>(count + 1), std::memory_order_release);
}

void actor_probe::add_up_noted() noexcept {
  const holding hold{adding_up_};
  visit_noted_turns([](handler& of, nanoseconds busy, nanoseconds wait) { of.add(busy, wait); });
  noted_count_.store(0, std::memory_order_release);
}

template <class Visit>
void actor_probe::visit_noted_turns(Visit&& visit) const {
  const auto count = noted_count_.load(std::memory_order_acquire);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& each = noted_[i];
    const auto packed = each.busy_and_handler.load(std::memory_order_relaxed);
    if (auto* const of = handler_at(packed % most_indexed); of != nullptr)
      visit(*of, nanoseconds{packed >> noted_turn::index_bits},
            nanoseconds{each.wait.load(std::memory_order_relaxed)});
  }
}

template <class VisitHandler, class VisitNoted>
void actor_probe::visit(VisitHandler&& visit_handler, VisitNoted&& visit_noted) const {
  const holding hold{adding_up_};
  for (const auto* each = handlers_.load(std::memory_order_acquire); each != nullptr;
       each = each->next.load(std::memory_order_acquire))
    visit_handler(*each);
  visit_noted_turns(visit_noted);
}

actor_probe::totals actor_probe::read_totals() const {
  totals sum;
  visit(
      [&](const handler& each) {
        sum.turns += each.busy.count();
        sum.busy += each.busy.total();
        sum.longest = std::max(sum.longest, each.busy.max());
        sum.waits += each.wait.count();
        sum.waited += each.wait.total();
        sum.longest_wait = std::max(sum.longest_wait, each.wait.max());
      },
      [&](const handler& /*of*/, nanoseconds busy, nanoseconds wait) {
        ++sum.turns;
        sum.busy += busy;
        sum.longest = std::max(sum.longest, busy);
        if (wait.count() == 0) return;
        ++sum.waits;
        sum.waited += wait;
        sum.longest_wait = std::max(sum.longest_wait, wait);
      });
  return sum;
}

void actor_probe::add_to(std::vector<handler_tally>& sum) const {
  visit(
      [&](const handler& each) {
        auto& tally = tally_of(sum, each.message, each.from);
        each.busy.add_to(tally.busy);
        each.wait.add_to(tally.wait);
      },
      [&](const handler& of, nanoseconds busy, nanoseconds wait) {
        auto& tally = tally_of(sum, of.message, of.from);
        tally.busy.add(busy);
        if (wait.count() > 0) tally.wait.add(wait);
      });
}

actor_probe::handler_index actor_probe::handler_for_turn(actor_kind from) noexcept {
  const auto message = turns_.message();
  if (message != wake_up) return index_of(message, from);
  if (wake_ups_ == no_handler) wake_ups_ = index_of(message, from);
  return wake_ups_;
}

/// Each stands where it came first: what comes most is among the first ones as a rule.
actor_probe::handler_index actor_probe::index_of(message_kind message, actor_kind from) noexcept {
  auto* end = &handlers_;
  handler_index index = 0;
  for (auto* each = end->load(std::memory_order_relaxed); each != nullptr;
       each = end->load(std::memory_order_relaxed)) {
    if (each->message == message && each->from == from) return index;
    end = &each->next;
    if (++index == no_handler) return no_handler;
  }
  try {
    auto& memory = board_->memory();
    auto* const made = std::pmr::polymorphic_allocator<handler>{&memory}.new_object<handler>(
        message, from, memory);
    end->store(made, std::memory_order_release);
    return index;
  } catch (const std::bad_alloc&) {
    return no_handler;
  }
}

actor_probe::handler* actor_probe::handler_at(handler_index index) const noexcept {
  auto* each = handlers_.load(std::memory_order_acquire);
  for (; each != nullptr && index > 0; --index) each = each->next.load(std::memory_order_acquire);
  return each;
}

}  // namespace troupe::probe
