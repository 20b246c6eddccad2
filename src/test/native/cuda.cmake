# The CUDA core's tests. Their kernels are the device's own sources, on emulated threads: they need
# neither nvcc nor a device.
foreach(name peak_pruning_test cuda_emulation_test)
  add_executable(${name} ${name}.cpp random_maps.cpp)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PRIVATE flowline_static Threads::Threads ${CMAKE_DL_LIBS})
  target_compile_options(${name} PRIVATE
    -Wall -Wextra -Wno-missing-field-initializers -ffp-contract=off)
  add_test(NAME ${name} COMMAND ${name})
endforeach()
