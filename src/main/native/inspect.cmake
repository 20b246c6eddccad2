# libflowline_inspect: from a frame to the verdict by an exported file. It reads JSON by nlohmann's
# library, of which its build needs one header, and opens ONNX Runtime when a model is opened.
set(FLOWLINE_INSPECT AUTO CACHE STRING
  "Build libflowline_inspect: ON, OFF, or AUTO, where nlohmann/json.hpp is found")
set_property(CACHE FLOWLINE_INSPECT PROPERTY STRINGS AUTO ON OFF)
if(FLOWLINE_INSPECT STREQUAL "OFF")
  return()
endif()
find_path(FLOWLINE_JSON nlohmann/json.hpp DOC "The folder that has nlohmann/json.hpp, version 3.9 or newer")
mark_as_advanced(FLOWLINE_JSON)
if(NOT FLOWLINE_JSON)
  set(reason "there is no nlohmann/json.hpp: install nlohmann-json3-dev (Debian, Ubuntu), json-devel \
(Fedora), nlohmann_json-devel (openSUSE) or nlohmann-json (Alpine)")
  if(FLOWLINE_INSPECT STREQUAL "AUTO")
    message(STATUS "libflowline_inspect is not built: ${reason}")
    return()
  endif()
  message(FATAL_ERROR "FLOWLINE_INSPECT is ${FLOWLINE_INSPECT}, but ${reason}")
endif()

# Nothing else of that folder, which for a compiler of another machine may hold the wrong headers.
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/json)
file(CREATE_LINK ${FLOWLINE_JSON}/nlohmann ${CMAKE_CURRENT_BINARY_DIR}/json/nlohmann SYMBOLIC)

add_library(flowline_inspect SHARED
  src/api/tensor_shape.cpp
  src/checks/argument_checks.cpp
  src/inspect/file_test.cpp
  src/inspect/input_mask.cpp
  src/inspect/inspect_api.cpp
  src/inspect/manifest.cpp
  src/inspect/model.cpp
  src/inspect/onnx_file.cpp
  src/inspect/onnxruntime.cpp
  src/inspect/part_test.cpp
  src/inspect/replaced_file.cpp
  src/inspect/status.cpp
  src/inspect/zone.cpp
  src/inspect/zoned_test.cpp)
target_compile_features(flowline_inspect PRIVATE cxx_std_17)
target_include_directories(flowline_inspect PRIVATE src)
target_include_directories(flowline_inspect SYSTEM PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/json)
target_compile_definitions(flowline_inspect PRIVATE FLOWLINE_VERSION="${PROJECT_VERSION}")
target_compile_options(flowline_inspect BEFORE PRIVATE ${flowline_options})
target_link_libraries(flowline_inspect PUBLIC flowline PRIVATE Threads::Threads ${CMAKE_DL_LIBS})
add_library(flowline::flowline_inspect ALIAS flowline_inspect)
set(exports ${CMAKE_CURRENT_SOURCE_DIR}/inspect-exports.map)
target_link_options(flowline_inspect PRIVATE -Wl,--version-script=${exports} ${flowline_hardening_links})
# Beside libflowline wherever both are installed.
set_target_properties(flowline_inspect PROPERTIES
  POSITION_INDEPENDENT_CODE ON
  CXX_VISIBILITY_PRESET hidden
  VISIBILITY_INLINES_HIDDEN ON
  INSTALL_RPATH "\$ORIGIN"
  LINK_DEPENDS ${exports}
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR})
if(FLOWLINE_SANITIZE)
  target_compile_options(flowline_inspect PRIVATE ${sanitize})
else()
  target_link_options(flowline_inspect PRIVATE -Wl,--no-undefined)
endif()
