# cpack -G DEB (libflowline0, libflowline-dev, python3-flowline, with CUDA libflowline-cuda0) and cpack -G TGZ. Configured with
# -DCMAKE_INSTALL_PREFIX=/usr the .deb has Debian's multiarch folders.
set(CPACK_PACKAGE_NAME libflowline)
set(CPACK_PACKAGE_VENDOR Flowline)
set(CPACK_PACKAGE_CONTACT "The Flowline authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_CURRENT_LIST_DIR}/../LICENSE)
# All packages are stripped. With debug information in the build (RelWithDebInfo) the .deb packages
# have it beside them, as packages of their own.
set(flowline_symbols OFF)
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  set(flowline_symbols ON)
endif()
set(CPACK_FLOWLINE_STRIP ${CMAKE_STRIP})
set(CPACK_GENERATOR TGZ DEB)
set(CPACK_COMPONENTS_ALL runtime development python)
if(TARGET flowline_cuda)
  list(APPEND CPACK_COMPONENTS_ALL cuda)
endif()

# One .deb for each component, one .tar.gz for all.
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libflowline${PROJECT_VERSION_MAJOR})
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
# Debian 13's name without a version depends on the library; older ones have none.
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SUGGESTS libonnxruntime-dev)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_RUNTIME_DEBUGINFO_PACKAGE ${flowline_symbols})
set(CPACK_DEBIAN_CUDA_DEBUGINFO_PACKAGE ${flowline_symbols})
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libflowline-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "libflowline${PROJECT_VERSION_MAJOR} (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-flowline)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
set(CPACK_DEBIAN_PYTHON_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS
  "libflowline${PROJECT_VERSION_MAJOR} (= ${PROJECT_VERSION}), python3 (>= 3.9), python3-numpy")
set(CPACK_DEBIAN_CUDA_PACKAGE_NAME libflowline-cuda${PROJECT_VERSION_MAJOR})
set(CPACK_DEBIAN_CUDA_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_CUDA_PACKAGE_DEPENDS
  "libflowline${PROJECT_VERSION_MAJOR} (= ${PROJECT_VERSION})")
string(CONCAT flowline_what
  "libflowline decides whether an image shows a defect, from the latents of a normalizing flow that was "
  "trained on good images, and says where. It has a C interface.")
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "${flowline_what}\nThis package has the shared libraries. libflowline_inspect, which goes from a camera's frame to the verdict, \
opens ONNX Runtime, which has to be there then.")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
  "${flowline_what}\nThis package has the headers for C and C++, the static library, the files for CMake \
and pkg-config, the manual and the examples.")
set(CPACK_COMPONENT_PYTHON_DESCRIPTION
  "${flowline_what}\nThis package has it for Python: frames and latents are arrays of NumPy.")
set(CPACK_COMPONENT_CUDA_DESCRIPTION
  "${flowline_what}\nThis package has what libflowline opens to compute on CUDA devices.")
set(CPACK_PRE_BUILD_SCRIPTS
  ${CMAKE_CURRENT_LIST_DIR}/strip-packages.cmake ${CMAKE_CURRENT_LIST_DIR}/debian-files.cmake)

include(CPack)
