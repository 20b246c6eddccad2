# The install tree: library, headers, package files, licence. It may be moved: nothing in it says
# where it lies. Component "runtime" is what a program needs that links libflowline, "development"
# what its build needs, "cuda" what computes on CUDA devices, "python" the Python package.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(flowline_documents ${CMAKE_INSTALL_DATAROOTDIR}/doc/flowline)
set(flowline_package ${CMAKE_INSTALL_LIBDIR}/cmake/flowline)

install(TARGETS flowline flowline_static EXPORT flowline-targets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT development
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
set(flowline_header_not_here "inspect.h*")
if(TARGET flowline_inspect)
  set(flowline_header_not_here "")
  install(TARGETS flowline_inspect EXPORT flowline-targets
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT development)
endif()
if(TARGET flowline_cuda)  # a plug-in, found beside libflowline: nothing links it
  install(TARGETS flowline_cuda
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT cuda NAMELINK_SKIP)
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/flowline
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development FILES_MATCHING PATTERN "*.h"
  PATTERN "*.hpp" PATTERN "${flowline_header_not_here}" EXCLUDE)
# The Python package goes where the Python of the prefix looks, which is known when it is installed.
set(FLOWLINE_PYTHON_FOLDER "" CACHE STRING
  "The folder of the prefix that the Python package is installed in; empty: where python3 looks")
install(CODE "set(FLOWLINE_PYTHON_FOLDER \"${FLOWLINE_PYTHON_FOLDER}\")" COMPONENT python)
install(SCRIPT ${CMAKE_CURRENT_LIST_DIR}/python-folder.cmake COMPONENT python)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/../python/flowline DESTINATION "\${FLOWLINE_PYTHON_FOLDER}"
  COMPONENT python FILES_MATCHING PATTERN "*.py" PATTERN "py.typed" PATTERN "__pycache__" EXCLUDE)
install(DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/../examples/python
  DESTINATION ${flowline_documents}/examples COMPONENT python FILES_MATCHING PATTERN "*.py")
install(FILES ${CMAKE_CURRENT_LIST_DIR}/../LICENSE DESTINATION ${flowline_documents} COMPONENT runtime)
install(FILES ${PROJECT_SOURCE_DIR}/README.md
  DESTINATION ${flowline_documents} COMPONENT development)
install(DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/../examples
  DESTINATION ${flowline_documents} COMPONENT development
  FILES_MATCHING PATTERN "*.c" PATTERN "*.cpp" PATTERN "*.hpp" PATTERN "CMakeLists.txt" PATTERN "Makefile"
  PATTERN "README.md")

# find_package(flowline)
install(EXPORT flowline-targets NAMESPACE flowline:: DESTINATION ${flowline_package}
  COMPONENT development)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/flowline-config.cmake.in
  ${PROJECT_BINARY_DIR}/flowline-config.cmake INSTALL_DESTINATION ${flowline_package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/flowline-config-version.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/flowline-config.cmake
  ${PROJECT_BINARY_DIR}/flowline-config-version.cmake
  DESTINATION ${flowline_package} COMPONENT development)

# pkg-config flowline, and flowline-inspect. The folders are said relative to the file, which may be moved with the rest.
file(RELATIVE_PATH flowline_prefix
  /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" flowline_prefix "${flowline_prefix}")
set(flowline_pkgconfig flowline)
if(TARGET flowline_inspect)
  list(APPEND flowline_pkgconfig flowline-inspect)
endif()
foreach(name IN LISTS flowline_pkgconfig)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endforeach()
