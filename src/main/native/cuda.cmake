# libflowline_cuda: the CUDA core, a library of its own that libflowline opens when it is first asked
# for. It needs nvcc to build and a driver to run, and is built if it is asked for: for all devices it
# takes minutes.
set(FLOWLINE_CUDA OFF CACHE STRING "Build libflowline_cuda: ON, OFF, or AUTO, where nvcc is found")
set_property(CACHE FLOWLINE_CUDA PROPERTY STRINGS AUTO ON OFF)
set(FLOWLINE_CUDA_ARCHITECTURES "75;80;86;89;90;100;110;120" CACHE STRING
  "Compute capabilities to compile for, those that nvcc knows; the last one as PTX too")

if(FLOWLINE_CUDA STREQUAL "OFF")
  return()
endif()
find_program(FLOWLINE_NVCC nvcc HINTS ENV CUDACXX ENV CUDA_PATH PATHS /usr/local/cuda PATH_SUFFIXES bin)
if(NOT FLOWLINE_NVCC)
  if(FLOWLINE_CUDA STREQUAL "AUTO")
    message(STATUS "libflowline_cuda is not built: no nvcc")
    return()
  endif()
  message(FATAL_ERROR "FLOWLINE_CUDA is ${FLOWLINE_CUDA}, but there is no nvcc")
endif()
# Driver entry points by version, and kernels with more than 4 KB of arguments.
set(least_toolkit 12.5)
execute_process(COMMAND ${FLOWLINE_NVCC} --version OUTPUT_VARIABLE toolkit)
string(REGEX REPLACE ".*release ([0-9.]+).*" "\\1" toolkit "${toolkit}")
if(toolkit VERSION_LESS least_toolkit)
  set(reason "${FLOWLINE_NVCC} is of CUDA ${toolkit}, it takes ${least_toolkit} or newer")
  if(FLOWLINE_CUDA STREQUAL "AUTO")
    message(STATUS "libflowline_cuda is not built: ${reason}")
    return()
  endif()
  message(FATAL_ERROR "FLOWLINE_CUDA is ${FLOWLINE_CUDA}, but ${reason}")
endif()
if(NOT CMAKE_CUDA_COMPILER)
  set(CMAKE_CUDA_COMPILER ${FLOWLINE_NVCC})
endif()

execute_process(COMMAND ${FLOWLINE_NVCC} --list-gpu-arch OUTPUT_VARIABLE known)
set(architectures "")
foreach(capability IN LISTS FLOWLINE_CUDA_ARCHITECTURES)
  if(known MATCHES "compute_${capability}\n")
    list(APPEND architectures ${capability})
  endif()
endforeach()
if(NOT architectures)
  message(FATAL_ERROR "nvcc knows none of ${FLOWLINE_CUDA_ARCHITECTURES}")
endif()
list(POP_BACK architectures newest)
list(TRANSFORM architectures APPEND -real)
set(CMAKE_CUDA_ARCHITECTURES ${architectures} ${newest})
message(STATUS "libflowline_cuda for ${CMAKE_CUDA_ARCHITECTURES}, by ${FLOWLINE_NVCC}")
enable_language(CUDA)

# The host's flags and, for the device, no contraction either; named one by one, so that the fast math
# of a build around this one is overruled.
add_library(flowline_cuda SHARED
  src/acontrario/number_of_tests.cpp
  src/cuda/cuda_machine.cu
  src/cuda/library.cu)
target_compile_features(flowline_cuda PRIVATE cxx_std_17 cuda_std_17)
target_include_directories(flowline_cuda PRIVATE include src)
target_compile_definitions(flowline_cuda PRIVATE FLOWLINE_VERSION="${PROJECT_VERSION}")
target_compile_options(flowline_cuda PRIVATE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -fno-fast-math -ffp-contract=off>
  $<$<COMPILE_LANGUAGE:CUDA>:--fmad=false --ftz=false --prec-div=true --prec-sqrt=true
  -Xcompiler=-Wall,-Wextra,-fno-fast-math,-ffp-contract=off>)
foreach(flag IN LISTS flowline_hardening)  # nvcc hands them on to the host's compiler
  target_compile_options(flowline_cuda PRIVATE
    $<$<COMPILE_LANGUAGE:CXX>:${flag}> $<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=${flag}>)
endforeach()
if(flowline_fortify)
  target_compile_options(flowline_cuda PRIVATE
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,${flowline_optimised}>:${flowline_fortify}>
    $<$<AND:$<COMPILE_LANGUAGE:CUDA>,${flowline_optimised}>:-Xcompiler=${flowline_fortify}>)
endif()
set(exports ${CMAKE_CURRENT_SOURCE_DIR}/src/cuda/exports.map)
target_link_options(flowline_cuda PRIVATE -Wl,--version-script=${exports} ${flowline_hardening_links})
set_target_properties(flowline_cuda PROPERTIES
  CUDA_RUNTIME_LIBRARY Static
  CUDA_VISIBILITY_PRESET hidden
  CXX_VISIBILITY_PRESET hidden
  VISIBILITY_INLINES_HIDDEN ON
  POSITION_INDEPENDENT_CODE ON
  LINK_DEPENDS ${exports}
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR})
