#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <httplib.h>

#include "apps/inspect/web/access_token.hpp"

namespace troupe::inspecting::web {

/// Why a request is not served.
struct refusal {
  int status = 0;
  std::string reason;
};

/// Who is served: whoever has the token, at a browser that shows our own page. A page of another
/// site may have its browser send requests here as well (with Origin), or have a name of its own
/// lead here (then Host is that).
class request_rules {
 public:
  request_rules(const access_token& token, std::uint16_t port);

  /// Nothing if it is to be served. `is_public` is what may be had without the token: the page
  /// itself, which holds nothing.
  [[nodiscard]] std::optional<refusal> refuse(const httplib::Request& request,
                                              bool is_public) const;

 private:
  [[nodiscard]] std::optional<refusal> refuse_origin(const httplib::Request& request) const;
  [[nodiscard]] bool is_own(const std::string& host) const;

  const access_token& token_;
  std::vector<std::string> hosts_;
};

}  // namespace troupe::inspecting::web
