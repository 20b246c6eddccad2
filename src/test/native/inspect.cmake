# libflowline_inspect: files alone, and with ONNX Runtime where it can be had.
if(NOT TARGET flowline_inspect)
  if(DEFINED ENV{CI})
    message(FATAL_ERROR "libflowline_inspect is not built, and in CI it has to be tested")
  endif()
  message(STATUS "libflowline_inspect is not tested: it is not built")
  return()
endif()

function(inspect_test name)
  add_executable(${name} ${name}.cpp ${ARGN})
  target_link_libraries(${name} PRIVATE flowline_inspect Threads::Threads ${CMAKE_DL_LIBS})
  target_compile_options(${name} PRIVATE -Wall -Wextra -Wno-missing-field-initializers)
endfunction()
inspect_test(exported_file_test starvation.cpp)
add_test(NAME exported_file_test COMMAND exported_file_test)
inspect_test(inspect_cpp_test)
add_test(NAME inspect_cpp_test COMMAND inspect_cpp_test)
manual_program(inspect_manual_test.c inspect.h "The rules of" flowline_inspect)
add_test(NAME inspect_manual_test COMMAND inspect_manual_test)
set_tests_properties(inspect_manual_test PROPERTIES PASS_REGULAR_EXPRESSION "^usage: gate part.onnx")

add_test(NAME inspect_exported_symbols
  COMMAND ${CMAKE_COMMAND} -DLIBRARY=$<TARGET_FILE:flowline_inspect> -DNM=${CMAKE_NM}
    -DLIST=${PROJECT_SOURCE_DIR}/inspect-exported-symbols.txt
    -DHEADER=${PROJECT_SOURCE_DIR}/include/flowline/inspect.h
    -P ${CMAKE_CURRENT_SOURCE_DIR}/exported_symbols.cmake)

# ONNX Runtime: by name, from the environment, or out of the jar that the Java build has.
set(FLOWLINE_ONNXRUNTIME "$ENV{FLOWLINE_ONNXRUNTIME}" CACHE FILEPATH
  "libonnxruntime.so for the tests of libflowline_inspect")
set(onnxruntime "${FLOWLINE_ONNXRUNTIME}")
if(NOT onnxruntime)
  set(inside ai/onnxruntime/native/linux-x64/libonnxruntime.so)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    set(inside ai/onnxruntime/native/linux-aarch64/libonnxruntime.so)
  endif()
  set(onnxruntime ${CMAKE_CURRENT_BINARY_DIR}/${inside})
  file(GLOB jars $ENV{HOME}/.m2/repository/com/microsoft/onnxruntime/onnxruntime/*/onnxruntime-*.jar)
  if(jars AND NOT EXISTS ${onnxruntime})
    list(SORT jars)
    list(POP_BACK jars jar)
    file(ARCHIVE_EXTRACT INPUT ${jar} DESTINATION ${CMAKE_CURRENT_BINARY_DIR} PATTERNS ${inside})
  endif()
endif()
inspect_test(model_inspect_test)
add_library(old_onnxruntime MODULE old_onnxruntime.cpp)
add_dependencies(model_inspect_test old_onnxruntime)
target_compile_definitions(model_inspect_test PRIVATE OLD_LIBRARY="$<TARGET_FILE:old_onnxruntime>")
add_test(NAME no_onnxruntime COMMAND model_inspect_test)
foreach(name libonnxruntime.so libonnxruntime.so.1)
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/broken/${name} "no library\n")
endforeach()
add_test(NAME broken_onnxruntime COMMAND model_inspect_test --broken)
set_tests_properties(broken_onnxruntime PROPERTIES
  ENVIRONMENT "LD_LIBRARY_PATH=${CMAKE_CURRENT_BINARY_DIR}/broken")
if(NOT CMAKE_CROSSCOMPILING_EMULATOR)  # which would emulate ONNX Runtime too
  add_test(NAME model_inspect_test COMMAND model_inspect_test ${onnxruntime})
  set_tests_properties(model_inspect_test PROPERTIES SKIP_RETURN_CODE 77
    ENVIRONMENT "LSAN_OPTIONS=suppressions=${CMAKE_CURRENT_SOURCE_DIR}/onnxruntime.supp")
endif()

# ONNX Runtime's header is where Debian's libonnxruntime-dev has it, or nowhere.
find_path(FLOWLINE_ONNXRUNTIME_HEADER onnxruntime_c_api.h PATH_SUFFIXES onnxruntime
  DOC "The folder that has onnxruntime_c_api.h, which the declarations are checked against")
if(FLOWLINE_ONNXRUNTIME_HEADER)
  add_library(onnxruntime_api_test OBJECT onnxruntime_api_test.cpp)
  target_include_directories(onnxruntime_api_test PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_include_directories(onnxruntime_api_test SYSTEM PRIVATE ${FLOWLINE_ONNXRUNTIME_HEADER})
  target_compile_options(onnxruntime_api_test PRIVATE -Wall -Wextra -Wno-invalid-offsetof)
else()
  message(STATUS "onnxruntime_api_test is not built: there is no onnxruntime_c_api.h")
endif()
