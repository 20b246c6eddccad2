# Which CUDA toolkits build libflowline_cuda, and for which devices: SOURCE configured with NVCC, a fake
# one. Where that has to compile, configuring fails: what was said before counts.
function(configure version option output)
  set(ENV{FAKE_NVCC_VERSION} ${version})
  file(REMOVE_RECURSE ${FOLDER})
  execute_process(
    COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${FOLDER} -DFLOWLINE_CUDA=${option} -DFLOWLINE_NVCC=${NVCC}
    OUTPUT_VARIABLE text ERROR_VARIABLE text RESULT_VARIABLE status)
  string(REGEX REPLACE "[ \n]+" " " text "${text}")
  set(status ${status} PARENT_SCOPE)
  set(${output} "${text}" PARENT_SCOPE)
endfunction()

set(old "is of CUDA 12.4, it takes 12.5 or newer")

configure(12.4 AUTO text)
if(NOT status EQUAL 0 OR NOT text MATCHES "libflowline_cuda is not built: .*${old}")
  message(FATAL_ERROR "AUTO with an old toolkit: ${status}, ${text}")
endif()
configure(12.4 ON text)
if(status EQUAL 0 OR NOT text MATCHES "FLOWLINE_CUDA is ON, but .*${old}")
  message(FATAL_ERROR "ON with an old toolkit: ${status}, ${text}")
endif()
configure(12.5 ON text)
if(NOT text MATCHES "libflowline_cuda for 80-real;90, by ")
  message(FATAL_ERROR "the oldest toolkit: ${text}")
endif()
configure(13.0 ON text)
if(NOT text MATCHES "libflowline_cuda for 90-real;110-real;120, by ")
  message(FATAL_ERROR "a toolkit that knows 11.0: ${text}")
endif()
