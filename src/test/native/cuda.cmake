# The CUDA core's tests. Their kernels are the device's own sources, on emulated threads: they need
# neither nvcc nor a device.
foreach(name peak_pruning_test law_kernel_test cuda_emulation_test upload_test)
  add_executable(${name} ${name}.cpp random_maps.cpp)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PRIVATE flowline_static Threads::Threads ${CMAKE_DL_LIBS})
  target_compile_options(${name} PRIVATE
    -Wall -Wextra -Wno-missing-field-initializers -ffp-contract=off)
endforeach()
set(maps --maps=100000)
set(laws --maps=20000)
if(CMAKE_CROSSCOMPILING_EMULATOR OR FLOWLINE_SANITIZE)
  set(maps)  # instrumented, the few of its default
  set(laws)
endif()
add_test(NAME peak_pruning_test COMMAND peak_pruning_test ${maps})
add_test(NAME law_kernel_test COMMAND law_kernel_test ${laws})
add_test(NAME cuda_emulation_test COMMAND cuda_emulation_test)
target_sources(upload_test PRIVATE starvation.cpp)
add_test(NAME upload_test COMMAND upload_test)

# Why there is no CUDA, where there is none: with libflowline_cuda in libflowline's folder, if it is
# built, and with a copy of libflowline in a folder of its own.
set(SKIPPED 77)
add_executable(cuda_unavailable_test cuda_unavailable_test.cpp)
target_link_libraries(cuda_unavailable_test PRIVATE flowline)
target_compile_options(cuda_unavailable_test PRIVATE -Wall -Wextra -Wno-missing-field-initializers)
if(TARGET flowline_cuda)
  add_dependencies(cuda_unavailable_test flowline_cuda)
  add_test(NAME cuda_without_device COMMAND cuda_unavailable_test present)
  set_tests_properties(cuda_without_device PROPERTIES SKIP_RETURN_CODE ${SKIPPED})
endif()
set(alone ${CMAKE_CURRENT_BINARY_DIR}/alone)
add_custom_command(TARGET cuda_unavailable_test POST_BUILD
  COMMAND ${CMAKE_COMMAND} -E make_directory ${alone}
  COMMAND ${CMAKE_COMMAND} -E copy $<TARGET_FILE:flowline> ${alone}/$<TARGET_SONAME_FILE_NAME:flowline>)
add_test(NAME cuda_without_library COMMAND cuda_unavailable_test absent)
set_tests_properties(cuda_without_library PROPERTIES ENVIRONMENT LD_LIBRARY_PATH=${alone})

# A libflowline_cuda of another build beside libflowline is turned away: of another version, with another
# interface, or with calls of another size.
foreach(other version interface call)
  set(stale ${CMAKE_CURRENT_BINARY_DIR}/stale_${other})
  add_library(stale_${other} SHARED stale_cuda.cpp)
  target_include_directories(stale_${other} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
  target_compile_definitions(stale_${other} PRIVATE
    FLOWLINE_VERSION="${PROJECT_VERSION}" STALE_${other})
  set_target_properties(stale_${other} PROPERTIES OUTPUT_NAME flowline_cuda
    SOVERSION ${PROJECT_VERSION_MAJOR} LIBRARY_OUTPUT_DIRECTORY ${stale})
  add_custom_command(TARGET cuda_unavailable_test POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E make_directory ${stale}
    COMMAND ${CMAKE_COMMAND} -E copy $<TARGET_FILE:flowline> ${stale}/$<TARGET_SONAME_FILE_NAME:flowline>)
  add_test(NAME cuda_stale_${other} COMMAND cuda_unavailable_test ${other})
  set_tests_properties(cuda_stale_${other} PROPERTIES ENVIRONMENT LD_LIBRARY_PATH=${stale})
endforeach()

# Inspections copy a device's results to the host: with a stand-in for libflowline_cuda.
set(veiled ${CMAKE_CURRENT_BINARY_DIR}/veiled)
add_library(veiled_cuda SHARED veiled_cuda.cpp)
target_include_directories(veiled_cuda PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
target_link_libraries(veiled_cuda PRIVATE flowline_static Threads::Threads ${CMAKE_DL_LIBS})
target_compile_options(veiled_cuda PRIVATE
  -Wall -Wextra -Wno-missing-field-initializers -ffp-contract=off)
target_compile_definitions(veiled_cuda PRIVATE FLOWLINE_VERSION="${PROJECT_VERSION}")
set_target_properties(veiled_cuda PROPERTIES OUTPUT_NAME flowline_cuda
  SOVERSION ${PROJECT_VERSION_MAJOR} LIBRARY_OUTPUT_DIRECTORY ${veiled})
add_executable(device_inspect_test device_inspect_test.cpp)
target_link_libraries(device_inspect_test PRIVATE flowline ${CMAKE_DL_LIBS})
target_compile_options(device_inspect_test PRIVATE -Wall -Wextra -Wno-missing-field-initializers)
add_dependencies(device_inspect_test veiled_cuda)
add_custom_command(TARGET device_inspect_test POST_BUILD
  COMMAND ${CMAKE_COMMAND} -E make_directory ${veiled}
  COMMAND ${CMAKE_COMMAND} -E copy $<TARGET_FILE:flowline> ${veiled}/$<TARGET_SONAME_FILE_NAME:flowline>)
add_test(NAME device_inspect_test COMMAND device_inspect_test)
set_tests_properties(device_inspect_test PROPERTIES ENVIRONMENT LD_LIBRARY_PATH=${veiled})

add_library(fake_driver SHARED fake_driver.cpp)
set_target_properties(fake_driver PROPERTIES OUTPUT_NAME cuda SOVERSION 1
  LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/fake_driver)
add_executable(device_memory_test device_memory_test.cpp)
target_link_libraries(device_memory_test PRIVATE flowline ${CMAKE_DL_LIBS})
target_compile_options(device_memory_test PRIVATE -Wall -Wextra -Wno-missing-field-initializers)
target_compile_definitions(device_memory_test PRIVATE FAKE_DRIVER="$<TARGET_FILE:fake_driver>")
add_dependencies(device_memory_test fake_driver)
add_test(NAME device_memory_test COMMAND device_memory_test)

add_test(NAME cuda_toolkit
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DFOLDER=${CMAKE_CURRENT_BINARY_DIR}/toolkit
    -DNVCC=${CMAKE_CURRENT_SOURCE_DIR}/fake_nvcc.sh -P ${CMAKE_CURRENT_SOURCE_DIR}/cuda_toolkit.cmake)

# On a real device; where there is none, they say so and are skipped.
if(TARGET flowline_cuda)
  add_executable(cuda_device_test cuda_device_test.cu random_maps.cpp)
  add_executable(flowline_cuda_benchmark
    ${PROJECT_SOURCE_DIR}/../../../benchmarks/native/flowline_cuda_benchmark.cu)
  foreach(name cuda_device_test flowline_cuda_benchmark)
    target_link_libraries(${name} PRIVATE flowline Threads::Threads)
    target_compile_features(${name} PRIVATE cxx_std_17 cuda_std_17)
    set_target_properties(${name} PROPERTIES CUDA_RUNTIME_LIBRARY Static)
    add_dependencies(${name} flowline_cuda)
  endforeach()
  target_include_directories(cuda_device_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  add_test(NAME cuda_device_test COMMAND cuda_device_test)
  set_tests_properties(cuda_device_test PROPERTIES SKIP_RETURN_CODE ${SKIPPED})
endif()
