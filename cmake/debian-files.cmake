# What is a .deb's alone, put into it before it is closed: the copyright file of each package, and the
# prefix of pkg-config, which in a package is known, so that -I/usr/include is left out.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()
set(flowline_license "License: Apache-2.0
 On Debian systems the whole text is in /usr/share/common-licenses/Apache-2.0.
")
foreach(component runtime development python cuda)
  string(TOUPPER ${component} upper)
  set(root ${CPACK_TEMPORARY_DIRECTORY}/${component})
  if(NOT EXISTS ${root})
    continue()
  endif()
  file(WRITE ${root}/usr/share/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME}/copyright
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Flowline

Files: *
Copyright: ${CPACK_PACKAGE_CONTACT}
${flowline_license}")
  file(GLOB_RECURSE files ${root}/usr/flowline*.pc)
  foreach(pc IN LISTS files)
    file(READ ${pc} text)
    string(REGEX REPLACE "^prefix=[^\n]*" "prefix=/usr" text "${text}")
    file(WRITE ${pc} "${text}")
  endforeach()
endforeach()
