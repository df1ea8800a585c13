#pragma once

namespace troupe {

/// Lets the process have as many descriptors as its hard limit allows: each client is one, and the
/// usual soft limit of 1024 is there for programs that use select().
void raise_descriptor_limit();

}  // namespace troupe
