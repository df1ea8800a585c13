#include "tests/browser/support/inspected_page.hpp"

#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "tests/integration/support/eventually.hpp"

namespace troupe::test {
namespace {

using nlohmann::json;

std::vector<std::string> arguments_for(std::vector<std::string> sockets) {
  sockets.emplace_back("--web");
  return sockets;
}

/// The first line that the program prints.
std::string printed_by(child_process& program) {
  const auto has_line = [&] { return program.output().find('\n') != std::string::npos; };
  if (!eventually(has_line, browser::patience))
    throw std::runtime_error{"troupe-inspect has printed no address: " + program.errors()};
  const auto text = program.output();
  return text.substr(0, text.find('\n'));
}

}  // namespace

running_inspector::running_inspector(std::vector<std::string> sockets)
    : process_(TROUPE_INSPECT, arguments_for(std::move(sockets))), address_(printed_by(process_)) {}

std::string running_inspector::bare_address() const {
  return address_.substr(0, address_.find('#'));
}

std::string running_inspector::token() const { return address_.substr(address_.find('=') + 1); }

int running_inspector::port() const { return std::stoi(address_.substr(address_.rfind(':') + 1)); }

inspected_page::inspected_page(std::vector<std::string> sockets) : inspector_(std::move(sockets)) {
  browser_.show_in(colour_scheme::light, 1280, 900);
  browser_.open(inspector_.address());
}

void inspected_page::go_to(const std::string& view) {
  browser_.run("location.hash = arguments[0]", {"#/" + view});
  static_cast<void>(browser_.waits_for("return document.querySelector('main h1')"));
}

bool inspected_page::says(const std::string& selector, const std::string& text) {
  const auto find = "return [...document.querySelectorAll(" + json(selector).dump() +
                    ")].some((each) => each.textContent.includes(" + json(text).dump() + "))";
  return browser_.waits_for(find);
}

std::string inspected_page::text_of(const std::string& selector) {
  return browser_.run("return document.querySelector(arguments[0])?.textContent ?? ''", {selector});
}

std::size_t inspected_page::count_of(const std::string& selector) {
  return browser_.run("return document.querySelectorAll(arguments[0]).length", {selector});
}

bool inspected_page::has_tone(const std::string& actor, const std::string& tone) {
  const auto body = "document.querySelector('.actor[data-id=" + json("0/" + actor).dump() + "]')";
  return browser_.waits_for("return (" + body + "?.dataset.tone ?? '') === " + json(tone).dump());
}

}  // namespace troupe::test
