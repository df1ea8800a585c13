#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace troupe::topology {

/// Where the files of a run are, each named after the node or listener that it is about.
class run_files {
 public:
  /// Makes the directory if it is absent. Throws failure{cannot_create}.
  explicit run_files(const std::filesystem::path& directory);

  /// The file for a node or listener with this ending, such as ".log". Throws failure{bad_config}
  /// for a name that is none of a file.
  [[nodiscard]] std::filesystem::path file(const std::string& name, std::string_view ending) const;
  /// The same, removed if an earlier run left it.
  [[nodiscard]] std::filesystem::path fresh_file(const std::string& name,
                                                 std::string_view ending) const;
  /// A node's socket. Throws failure{cannot_create} where a socket's path may not be so long.
  [[nodiscard]] std::string socket(const std::string& name) const;
  /// Where a node takes orders for faults.
  [[nodiscard]] std::string orders(const std::string& name) const;

 private:
  std::filesystem::path directory_;
};

}  // namespace troupe::topology
