#include "apps/inspect/terminal/answer_notice.hpp"

#include <string>

#include <nlohmann/json.hpp>

#include "apps/inspect/target.hpp"
#include "apps/inspect/text/printable.hpp"

namespace troupe::inspecting::terminal {

styled_text notice_of(const asked_question& asked) {
  if (!asked.answer) return {printable(asked.refusal), style::alarm};
  const auto done = asked.answer->find("done");
  if (done != asked.answer->end() && done->is_string())
    return {printable(done->get<std::string>()), style::good};
  return {"the node at " + printable(to_string(asked.node)) +
              " does not say what it did; is it of another version?",
          style::alarm};
}

}  // namespace troupe::inspecting::terminal
