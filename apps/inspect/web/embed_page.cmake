# Writes a C++ source that holds the files of the page. Run by CMake as a script, with FOLDER (theirs),
# FILES (their paths in it) and OUTPUT.
set(types .html text/html .css text/css .js text/javascript .svg image/svg+xml)

set(entries "")
foreach(file IN LISTS FILES)
  get_filename_component(extension ${file} LAST_EXT)
  list(FIND types ${extension} place)
  if(place EQUAL -1)
    message(FATAL_ERROR "${file}: no content type is known for ${extension}")
  endif()
  math(EXPR place "${place} + 1")
  list(GET types ${place} type)
  string(REGEX REPLACE "^text/.*" "\\0; charset=utf-8" type ${type})
  file(READ ${FOLDER}/${file} content)
  string(APPEND entries "    {\"/${file}\", \"${type}\", R\"page_file(${content})page_file\"},\n")
endforeach()

file(WRITE ${OUTPUT} "#include \"apps/inspect/web/page_files.hpp\"

#include <algorithm>
#include <iterator>

namespace troupe::inspecting::web {
namespace {

constexpr page_file files[] = {
${entries}};

}  // namespace

const page_file* find_page_file(std::string_view path) {
  if (path == \"/\") path = \"/index.html\";
  const auto* const found = std::find_if(std::begin(files), std::end(files),
                                         [&](const auto& file) { return file.path == path; });
  return found == std::end(files) ? nullptr : found;
}

}  // namespace troupe::inspecting::web
")
