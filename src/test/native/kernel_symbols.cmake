# An object for one instruction set defines KERNELS and nothing else that the linker could lend to
# the rest of the program: no template, no inline function of a header.
string(REPLACE "," ";" objects "${OBJECTS}")
if(NOT objects)
  message(FATAL_ERROR "no objects")
endif()
foreach(object ${objects})
  execute_process(COMMAND ${NM} -C --defined-only --extern-only ${object}
    OUTPUT_VARIABLE symbols RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "${NM} ${object} failed")
  endif()
  string(REGEX REPLACE "\n$" "" symbols "${symbols}")
  string(REPLACE "\n" ";" symbols "${symbols}")
  list(LENGTH symbols count)
  if(NOT count EQUAL 1 OR NOT symbols MATCHES " [DR] flowline::[a-z0-9]+::KERNELS$")
    message(FATAL_ERROR "${object} defines:\n${symbols}")
  endif()
endforeach()
