#include "apps/inspect/web/request_rules.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace troupe::inspecting::web {
namespace {

constexpr auto token_header = "X-Troupe-Token";
constexpr std::string_view scheme = "http://";
/// Browsers do not name it.
constexpr std::uint16_t left_out_port = 80;

/// A body is read whole, up to its limit: neither its length nor what becomes of it is left open.
std::optional<refusal> refuse_body(const httplib::Request& request) {
  const auto type = request.get_header_value("Content-Type");
  if (type != "application/json" && !type.starts_with("application/json;"))
    return refusal{415, "a question is sent as application/json"};
  if (request.has_header("Transfer-Encoding") || !request.has_header("Content-Length"))
    return refusal{411, "a question is sent in one piece, with its Content-Length"};
  if (request.has_header("Content-Encoding"))
    return refusal{415, "a question is sent as it is, without a Content-Encoding"};
  return std::nullopt;
}

}  // namespace

request_rules::request_rules(const access_token& token, std::uint16_t port) : token_(token) {
  for (const auto* const name : {"127.0.0.1", "localhost", "[::1]"}) {
    hosts_.push_back(fmt::format("{}:{}", name, port));
    if (port == left_out_port) hosts_.emplace_back(name);
  }
}

bool request_rules::is_own(const std::string& host) const {
  return std::ranges::find(hosts_, host) != hosts_.end();
}

std::optional<refusal> request_rules::refuse_origin(const httplib::Request& request) const {
  if (request.get_header_value_count("Host") != 1 || !is_own(request.get_header_value("Host")))
    return refusal{403,
                   fmt::format("requests are for the host {}; open the address that the program "
                               "has printed",
                               fmt::join(hosts_, " or "))};
  if (request.has_header("Origin")) {
    const auto origin = request.get_header_value("Origin");
    if (!origin.starts_with(scheme) || !is_own(origin.substr(scheme.size())))
      return refusal{403, "pages of other sites are not served"};
  }
  const auto site = request.get_header_value("Sec-Fetch-Site");
  if (!site.empty() && site != "same-origin" && site != "none")
    return refusal{403, "pages of other sites are not served"};
  return std::nullopt;
}

std::optional<refusal> request_rules::refuse(const httplib::Request& request,
                                             bool is_public) const {
  if (auto foreign = refuse_origin(request)) return foreign;
  if (is_public) return std::nullopt;
  if (!token_.is(request.get_header_value(token_header)))
    return refusal{401,
                   "the token is not that of this inspector; each has its own, and has printed it "
                   "with its address"};
  if (request.method == "POST") return refuse_body(request);
  return std::nullopt;
}

}  // namespace troupe::inspecting::web
