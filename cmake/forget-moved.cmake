# Removes the cache of a build folder that was configured elsewhere, so that a moved or copied checkout
# configures anew instead of failing: cmake -DFLOWLINE_BUILD=<folder> -P forget-moved.cmake
set(cache "${FLOWLINE_BUILD}/CMakeCache.txt")
if(EXISTS "${cache}")
  file(STRINGS "${cache}" line REGEX "^CMAKE_CACHEFILE_DIR:INTERNAL=")
  string(REGEX REPLACE "^[^=]*=" "" configured "${line}")
  get_filename_component(configured "${configured}" REALPATH)
  get_filename_component(here "${FLOWLINE_BUILD}" REALPATH)
  if(NOT configured STREQUAL here)
    message(STATUS "${FLOWLINE_BUILD} was configured in ${configured}: configuring anew")
    file(REMOVE_RECURSE "${FLOWLINE_BUILD}")
  endif()
endif()
