# Sets FLOWLINE_PYTHON_FOLDER, unless it is set, to the folder of the prefix in which Python finds the
# package by itself: on Debian lib/python3.11/dist-packages of /usr/local, lib/python3/dist-packages of
# /usr. No Python looks in other prefixes; there it is lib/python3/dist-packages, for PYTHONPATH.
function(flowline_find_python_folder)
  foreach(interpreter python3 /usr/bin/python3)
    execute_process(COMMAND ${interpreter} -c "import site; print(';'.join(site.getsitepackages()))"
      OUTPUT_VARIABLE places ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
    if(failed)
      continue()
    endif()
    foreach(place IN LISTS places)
      string(FIND "${place}" "${CMAKE_INSTALL_PREFIX}/lib" begin)
      if(begin EQUAL 0)
        file(RELATIVE_PATH folder "${CMAKE_INSTALL_PREFIX}" "${place}")
        set(FLOWLINE_PYTHON_FOLDER "${folder}" PARENT_SCOPE)
        return()
      endif()
    endforeach()
  endforeach()
  set(FLOWLINE_PYTHON_FOLDER lib/python3/dist-packages PARENT_SCOPE)
endfunction()

if(NOT FLOWLINE_PYTHON_FOLDER)
  flowline_find_python_folder()
endif()
