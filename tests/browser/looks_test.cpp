#include <algorithm>
#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tests/browser/support/inspected_page.hpp"
#include "tests/browser/support/staged_node.hpp"
#include "tests/integration/support/temporary_directory.hpp"

using namespace troupe::test;
using nlohmann::json;

namespace {

/// A node with all that there is to be seen, good and bad.
struct staged_day {
  staged_day()
      : kitchen{directory / "kitchen",
                {.name = "kitchen",
                 .clients = 40,
                 .listen = "127.0.0.1:4700",
                 .heard_by = {"127.0.0.1:51000"}}},
        hall{directory / "hall", {.name = "hall", .clients = 5, .upstream = "127.0.0.1:4700"}},
        page{{kitchen.socket(), hall.socket()}} {
    kitchen.have_lose(7, 3.5);
    kitchen.set_state("latency_monitor", "stuck");
    kitchen.restart("frame_processor", "std::bad_alloc");
    kitchen.have_happen("client", "info", "client 7", "client 7 came (pid 5007, uid 0)");
    kitchen.have_happen("latency", "warning", "",
                        "frames took 212 ms, more than 200 ms, until they were written");
    REQUIRE(page.says(".standing-out", "stuck"));
  }

  temporary_directory directory;
  staged_node kitchen;
  staged_node hall;
  inspected_page page;
};

/// Texts whose colour is too near that of what is behind them (WCAG 2, 1.4.3), with their ratios.
constexpr auto faint_texts = R"js(
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const linear = [r, g, b].map((each) => each / 255).map((each) => each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = channels(getComputedStyle(each).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (text === '' || !element.checkVisibility({visibilityProperty: true}) || element.closest('svg, :disabled, noscript')) continue;
    const [a, b] = [luminance(channels(getComputedStyle(element).color)), luminance(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faint.push(`${text}: ${ratio.toFixed(2)}`);
  }
  return faint;
)js";

/// Looks at each view on a desk and on a phone, and saves a picture of it.
void look_at_all_views(colour_scheme scheme, const std::string& scheme_name) {
  staged_day day;
  auto& shown = day.page.shown();
  for (const int width : {1280, 360}) {
    shown.show_in(scheme, width, width < 500 ? 740 : 900);
    for (const auto* const view : {"overview", "actors", "clients", "links", "latency", "events",
                                   "steer", "actor/0/frame_processor", "actor/0/connection:7"}) {
      day.page.go_to(view);
      REQUIRE(day.page.says(".standing-out", "stuck"));
      // Whatever has to be asked for is there a little later.
      shown.run("await new Promise((resolve) => setTimeout(resolve, 500))");
      CAPTURE(view);
      CAPTURE(width);
      CHECK(shown.run("return document.documentElement.scrollWidth") <= width);
      CHECK(shown.run(faint_texts) == json::array());
      std::string name{view};
      std::ranges::replace_if(
          name, [](char each) { return each == '/' || each == ':'; }, '-');
      shown.save_picture(std::filesystem::path{TROUPE_SCREENSHOTS} /
                         fmt::format("{}-{}-{}.png", name, width, scheme_name));
    }
  }
  CHECK(shown.complaints().empty());
}

}  // namespace

TEST_CASE("each view is readable in light, and on a phone without scrolling sideways") {
  look_at_all_views(colour_scheme::light, "light");
}

TEST_CASE("each view is readable in dark, and on a phone without scrolling sideways") {
  look_at_all_views(colour_scheme::dark, "dark");
}
