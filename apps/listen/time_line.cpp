#include "apps/listen/time_line.hpp"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "protocol/failure.hpp"

namespace troupe::listening {
namespace {

std::int64_t microseconds_of(unix_time time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

}  // namespace

time_line::time_line(const std::string& path) : path_(path), file_(path) {
  if (!file_)
    throw failure{failure_kind::cannot_create,
                  fmt::format("the time line {} cannot be made: {}; is its directory there?", path,
                              std::generic_category().message(errno))};
}

void time_line::add(unix_time received, std::chrono::nanoseconds duration,
                    std::uint64_t missing_before) {
  const bool is_first = !patience_;
  const bool continues = !is_first && missing_before == 0 && received <= *patience_;
  if (open_ && (!continues || received - open_->from >= longest_part)) finish();
  if (!open_)
    open_ = span{.from = received,
                 .to = received,
                 .frames = 0,
                 .missing_before = missing_before,
                 .continues = continues};
  open_->to = received;
  ++open_->frames;
  patience_ = received + duration + longest_pause;
  if (is_first) finish();
}

std::optional<unix_time> time_line::due() const { return open_ ? patience_ : std::nullopt; }

void time_line::look(unix_time now) {
  if (open_ && now > *patience_) finish();
}

void time_line::finish() {
  if (!open_) return;
  file_ << fmt::format(
      R"({{"from_us":{},"to_us":{},"frames":{},"missing_before":{},"continues":{}}})"
      "\n",
      microseconds_of(open_->from), microseconds_of(open_->to), open_->frames,
      open_->missing_before, open_->continues);
  if (!file_.flush())
    throw failure{failure_kind::output_failed,
                  fmt::format("the time line {} cannot be written: {}; is the disk full?", path_,
                              std::generic_category().message(errno))};
  open_.reset();
}

}  // namespace troupe::listening
