#pragma once

#include <memory>
#include <optional>
#include <string>

#include "actors/network/tls_context.hpp"
#include "apps/listen/node_client.hpp"
#include "protocol/address.hpp"

namespace troupe::listening {

/// To a node somewhere else, over a link of its own: actors keep that up, and lay the packets out.
class link_client final : public node_client {
 public:
  /// Attempts before a node that was never reached is given up.
  static constexpr std::uint64_t tries_for_first_link = 8;

  /// The observer outlives the client. Without `tls` links are plain.
  link_client(const link_source& source, std::shared_ptr<const network::tls_context> tls,
              node_observer& observer);
  ~link_client() override;

  [[nodiscard]] pollfd interest() const override;
  [[nodiscard]] steady_time deadline() const override { return deadline_; }
  void advance(steady_time now) override;
  [[nodiscard]] bool connected() const override;
  [[nodiscard]] bool reached() const override;
  [[nodiscard]] failure refusal() const override;
  [[nodiscard]] const node_client_counters& counters() const override { return counters_; }
  [[nodiscard]] std::optional<network::upstream_report> link() const override;

 private:
  struct parts;

  void hand_on_packets();
  void follow_link(steady_time now);
  void follow_goodbyes(const network::upstream_report& report, steady_time now);

  node_observer& observer_;
  std::unique_ptr<parts> parts_;
  std::optional<stream_format> format_;
  std::uint64_t losses_ = 0;
  std::uint64_t goodbyes_ = 0;
  std::optional<steady_time> alone_since_;  ///< after a goodbye
  steady_time deadline_{};
  node_client_counters counters_;
};

}  // namespace troupe::listening
